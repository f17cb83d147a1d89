from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from exchange.errors import NotSent
from exchange.nonce import LARGEST_NONCE, MemoryNonces, SqliteNonces, next_nonce

SPAWN = multiprocessing.get_context("spawn")
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


def test_the_high_water_mark_outlives_the_process(tmp_path):
    path = tmp_path / "nonces.sqlite3"
    first = SqliteNonces(path, clock=Clock(500))
    before = issue(first)
    first.close()
    second = SqliteNonces(path, clock=Clock(3))

    assert issue(second) == before + 1

    second.close()


def test_the_file_holds_no_key(tmp_path):
    nonces = SqliteNonces(tmp_path / "nonces.sqlite3")
    issue(nonces)
    nonces.close()

    assert KEY.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_a_lease_that_ran_out_is_taken_over_and_its_holder_passed_over(tmp_path):
    steady = Clock(1000.0)
    holder, other = (SqliteNonces(tmp_path / "n.sqlite3", steady=steady) for _ in range(2))
    with ExitStack() as stack:
        turn = stack.enter_context(holder.turn(KEY))
        steady.now += 14.9
        later = turn.issue()
        steady.now += 15.1
        newer = issue(other)

        assert newer > int(later)
        with pytest.raises(NotSent, match="too long"):
            turn.issue()

    assert issue(holder) > newer

    holder.close()
    other.close()


def test_a_lease_from_before_the_machine_started_is_no_lease(tmp_path):
    steady = Clock(1_000_000.0)
    holder, other = (SqliteNonces(tmp_path / "n.sqlite3", steady=steady) for _ in range(2))
    with holder.turn(KEY):
        steady.now = 5.0

        assert issue(other) > 0

    holder.close()
    other.close()


def test_a_file_that_cannot_be_used_means_not_sent(tmp_path):
    (tmp_path / "nonces.sqlite3").mkdir()
    nonces = SqliteNonces(tmp_path / "nonces.sqlite3")
    with pytest.raises(NotSent, match="unusable"), nonces.turn(KEY):
        pass


def test_a_file_that_breaks_during_a_turn_spoils_only_what_is_not_yet_sent(tmp_path):
    path = tmp_path / "nonces.sqlite3"
    nonces = SqliteNonces(path)
    with nonces.turn(KEY) as turn:
        turn.issue()
        with sqlite3.connect(path) as other:
            other.execute("DROP TABLE leases")
        other.close()
        with pytest.raises(NotSent, match="unusable"):
            turn.issue()

    nonces.close()


def issue_many(path: Path, count: int, found: Any) -> None:
    nonces = SqliteNonces(path, patience_seconds=60)
    seen = []
    for _ in range(count):
        with nonces.turn(KEY) as turn:
            seen.append((int(turn.issue()), os.getpid()))
    nonces.close()
    found.put(seen)


def test_four_processes_never_issue_one_nonce_twice(tmp_path):
    path, found = tmp_path / "nonces.sqlite3", SPAWN.SimpleQueue()
    processes = [SPAWN.Process(target=issue_many, args=(path, 50, found)) for _ in range(4)]
    for process in processes:
        process.start()
    each = [found.get() for _ in processes]
    for process in processes:
        process.join(20)
    everything = [nonce for seen in each for nonce, _ in seen]

    assert len(set(everything)) == 200
    assert all(seen == sorted(seen) for seen in each)


def hold_for_ever(path: Path, holding: Any) -> None:
    with SqliteNonces(path).turn(KEY) as turn:
        holding.put(turn.issue())
        signal.pause()


@pytest.fixture
def holder(tmp_path):
    holding = SPAWN.SimpleQueue()
    process = SPAWN.Process(target=hold_for_ever, args=(tmp_path / "n.sqlite3", holding))
    process.start()
    process.last_nonce = int(holding.get())
    yield process
    process.kill()
    process.join(20)


def test_a_killed_holder_frees_the_lock(tmp_path, holder):
    nonces = SqliteNonces(tmp_path / "n.sqlite3", patience_seconds=5)
    os.kill(holder.pid, signal.SIGKILL)

    assert issue(nonces) > holder.last_nonce

    nonces.close()


def test_a_living_holder_keeps_the_lock(tmp_path, holder):
    nonces = SqliteNonces(tmp_path / "n.sqlite3", patience_seconds=0.1)
    with pytest.raises(NotSent, match="busy"):
        issue(nonces)

    nonces.close()


def test_a_paused_holder_is_passed_over_when_its_lease_ends(tmp_path, holder):
    os.kill(holder.pid, signal.SIGSTOP)
    later = Clock(time.monotonic() + 15.5)
    nonces = SqliteNonces(tmp_path / "n.sqlite3", steady=later, patience_seconds=5)

    assert issue(nonces) > holder.last_nonce

    nonces.close()
