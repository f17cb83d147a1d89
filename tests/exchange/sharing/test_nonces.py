from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from exchange.errors import NotSent
from exchange.sharing.nonces import SqliteNonces
from tests.exchange.test_nonce import KEY, Clock, issue

SPAWN = multiprocessing.get_context("spawn")


def test_f61_the_high_water_mark_outlives_the_process(tmp_path):
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
        with pytest.raises(NotSent, match="^held the key for too long; another call has it now$"):
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


def test_f59_a_killed_holder_frees_the_lock(tmp_path, holder):
    nonces = SqliteNonces(tmp_path / "n.sqlite3", patience_seconds=5)
    os.kill(holder.pid, signal.SIGKILL)

    assert issue(nonces) > holder.last_nonce

    nonces.close()


def test_a_living_holder_keeps_the_lock(tmp_path, holder):
    nonces = SqliteNonces(tmp_path / "n.sqlite3", patience_seconds=0.1)
    with pytest.raises(NotSent, match="busy"):
        issue(nonces)

    nonces.close()


def test_f60_a_paused_holder_is_passed_over_when_its_lease_ends(tmp_path, holder):
    os.kill(holder.pid, signal.SIGSTOP)
    later = Clock(time.monotonic() + 15.5)
    nonces = SqliteNonces(tmp_path / "n.sqlite3", steady=later, patience_seconds=5)

    assert issue(nonces) > holder.last_nonce

    nonces.close()
