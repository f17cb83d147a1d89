from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from exchange.sharing.leases import SCHEMA, SqliteLeases
from exchange.sharing.storage import SharedFile
from tests.exchange.test_limits import Clock

NAME = "a-name"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SharedFile]:
    file = SharedFile(tmp_path / "leases.sqlite3", SCHEMA)
    yield file
    file.close()


@pytest.fixture
def leases(file) -> SqliteLeases:
    return SqliteLeases(file, steady=time.monotonic, seconds=15)


def take(leases: SqliteLeases, *, urgent: bool = False, patience: float = 20) -> int | None:
    return leases.acquire(NAME, urgent=urgent, patience_seconds=patience)


def renew(file: SharedFile, leases: SqliteLeases, epoch: int) -> bool:
    with file.writing() as connection:
        return leases.renew(connection, NAME, epoch)


def waiting(file: SharedFile) -> int:
    with file.reading() as connection:
        return int(connection.execute("SELECT count(*) FROM waiting").fetchone()[0])


def wait_until(fact: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + 20
    while not fact():
        assert time.monotonic() < give_up_at, "it never became true"
        threading.Event().wait(0.002)


def test_epochs_rise_from_lease_to_lease(leases):
    first = take(leases)
    leases.release(NAME, first)
    second = take(leases)

    assert (first, second) == (1, 2)


def test_a_held_lease_is_not_given_twice_and_nobody_stays_in_line(leases, file):
    take(leases)

    assert take(leases, patience=0.05) is None
    assert waiting(file) == 0


def test_names_do_not_wait_for_each_other(leases):
    take(leases)

    assert leases.acquire("another", urgent=False, patience_seconds=0) == 1


def test_a_lease_ends_when_its_time_is_up_and_can_no_longer_be_renewed(file, clock):
    leases = SqliteLeases(file, steady=clock, seconds=15)
    first = take(leases)
    clock.now += 14
    was_renewed = renew(file, leases, first)
    clock.now += 14
    early = take(leases, patience=0)
    clock.now += 1
    second = take(leases)

    assert was_renewed
    assert early is None
    assert second == first + 1
    assert not renew(file, leases, first)


def test_a_lost_lease_cannot_be_given_back(file, clock):
    leases = SqliteLeases(file, steady=clock, seconds=15)
    lost = take(leases)
    clock.now += 16
    take(leases)
    leases.release(NAME, lost)

    assert take(leases, patience=0) is None


def test_a_lease_from_before_the_machine_started_is_over(file, clock):
    leases = SqliteLeases(file, steady=clock, seconds=15)
    take(leases)
    clock.now = 3

    assert take(leases, patience=0) == 2


def test_the_line_is_served_urgent_first_and_then_in_the_order_of_coming(leases, file):
    served: list[str] = []

    def stand(name: str) -> None:
        epoch: Any = take(leases, urgent=name.startswith("order"))
        served.append(name)
        leases.release(NAME, epoch)

    names = ["poll 1", "poll 2", "order 1", "poll 3", "order 2"]
    threads = [threading.Thread(target=stand, args=(name,)) for name in names]
    first = take(leases)
    for number, thread in enumerate(threads, start=1):
        thread.start()
        wait_until(lambda number=number: waiting(file) == number)
    leases.release(NAME, first)
    for thread in threads:
        thread.join(20)

    assert served == ["order 1", "order 2", "poll 1", "poll 2", "poll 3"]


def test_a_newcomer_stands_behind_those_who_wait(leases, file):
    with file.writing() as connection:
        soon = time.monotonic() + 0.25
        connection.execute("INSERT INTO waiting VALUES (1, ?, 0, ?)", (NAME, soon))
    started = time.monotonic()
    epoch = take(leases)

    # The one ahead never comes, and is taken for gone after a moment.
    assert epoch == 1
    assert time.monotonic() - started > 0.1
    assert time.monotonic() >= soon


def test_a_waiter_keeps_its_place_for_as_long_as_it_waits(leases, file):
    first = take(leases)
    epochs: list[Any] = []
    thread = threading.Thread(target=lambda: epochs.append(take(leases)))
    thread.start()
    wait_until(lambda: waiting(file) == 1)
    place_taken_at = fresh_until(file)
    wait_until(lambda: fresh_until(file) > place_taken_at)
    leases.release(NAME, first)
    thread.join(20)

    assert epochs == [2]


def fresh_until(file: SharedFile) -> float:
    with file.reading() as connection:
        (found,) = connection.execute("SELECT max(fresh_until) FROM waiting").fetchone()
    return float(found)
