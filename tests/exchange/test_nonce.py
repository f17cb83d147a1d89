from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from exchange.errors import NotSent
from exchange.nonce import LARGEST_NONCE, MemoryNonces, next_nonce
from exchange.sharing.nonces import SqliteNonces

KEY = "an-api-key"


class Clock:
    """A clock that stands where it is put."""

    def __init__(self, now: Any) -> None:
        self.now = now

    def __call__(self) -> Any:
        return self.now


@pytest.fixture(params=["memory", "sqlite"])
def authority(request, tmp_path) -> Callable[..., Any]:
    def make(**options: Any) -> Any:
        if request.param == "memory":
            return MemoryNonces(**options)
        authority = SqliteNonces(tmp_path / "nonces.sqlite3", **options)
        request.addfinalizer(authority.close)
        return authority

    return make


def issue(authority: Any, key: str = KEY) -> int:
    with authority.turn(key) as turn:
        return int(turn.issue())


def wait_until(fact: Callable[[], bool], seconds: float = 20) -> None:
    give_up_at = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < give_up_at, "it never became true"
        threading.Event().wait(0.002)


def test_nonces_are_microseconds_of_the_clock(authority):
    before = time.time_ns() // 1000
    nonce = issue(authority())

    assert before <= nonce <= time.time_ns() // 1000


def test_nonces_rise_though_the_clock_stalls_or_steps_back(authority):
    clock = Clock(1_700_000_000_000_000)
    nonces = authority(clock=clock)
    first, second = issue(nonces), issue(nonces)
    clock.now -= 3_600_000_000
    third = issue(nonces)
    clock.now += 7_200_000_000
    fourth = issue(nonces)

    assert (second, third) == (first + 1, first + 2)
    assert fourth == clock.now


def test_without_a_clock_nonces_begin_at_one(authority):
    nonces = authority(clock=Clock(0))

    assert [issue(nonces), issue(nonces)] == [1, 2]


def test_one_turn_may_issue_several_nonces(authority):
    with authority().turn(KEY) as turn:
        issued = [int(turn.issue()) for _ in range(3)]

    assert issued == sorted(set(issued))


def test_keys_have_sequences_and_locks_of_their_own(authority):
    nonces = authority(clock=Clock(100), patience_seconds=0.05)
    with nonces.turn("one") as one, nonces.turn("two") as two:
        issued = (one.issue(), two.issue())

    assert issued == ("100", "100")


def test_a_second_turn_waits_and_gives_up_unsent(authority):
    nonces = authority(patience_seconds=0.05)
    with nonces.turn(KEY), pytest.raises(NotSent, match="busy"), nonces.turn(KEY):
        pass

    assert issue(nonces) > 0


def test_a_turn_ends_with_an_error_too(authority):
    nonces = authority(patience_seconds=0.05)
    with pytest.raises(KeyError), nonces.turn(KEY):
        raise KeyError

    assert issue(nonces) > 0


def test_the_largest_nonce_is_the_last(authority):
    nonces = authority(clock=Clock(LARGEST_NONCE))

    assert issue(nonces) == LARGEST_NONCE
    with pytest.raises(NotSent, match="largest"):
        issue(nonces)
    assert next_nonce(5, 3) == 6


def test_an_order_goes_before_polls_that_wait_longer(authority):
    nonces = authority()
    order_of_turns: list[str] = []

    def take(name: str, urgent: bool) -> None:
        with nonces.turn(KEY, urgent=urgent):
            order_of_turns.append(name)

    threads = [threading.Thread(target=take, args=("poll", False)) for _ in range(3)]
    threads += [threading.Thread(target=take, args=("order", True)) for _ in range(2)]
    with nonces.turn(KEY):
        for thread in threads:
            thread.start()
        wait_until(lambda: urgent_waiters(nonces) == 2)
    for thread in threads:
        thread.join(20)

    assert order_of_turns == ["order", "order", "poll", "poll", "poll"]


def urgent_waiters(nonces: Any) -> float:
    if isinstance(nonces, MemoryNonces):
        return sum(nonces._urgent_waiting.values())
    with nonces._file.reading() as file:
        return float(file.execute("SELECT count(*) FROM waiting WHERE urgent").fetchone()[0])
