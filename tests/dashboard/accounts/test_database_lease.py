from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone

from dashboard.accounts.database_lease import beat, hold, release
from dashboard.orders.models import SweeperLease

LASTS = timedelta(seconds=10)
FIRST, SECOND = UUID(int=1), UUID(int=2)


def held(holder: UUID, name: str = "sweeper") -> bool:
    return hold(SweeperLease, name, holder, lasts=LASTS)


def end_now() -> None:
    SweeperLease.objects.update(held_until=timezone.now() - timedelta(seconds=1))


def test_one_holds_it_and_keeps_it(db: None) -> None:
    assert held(FIRST)
    assert not held(SECOND)
    assert held(FIRST)
    assert SweeperLease.objects.get().epoch == 1


def test_another_takes_what_has_ended_and_the_number_rises(db: None) -> None:
    held(FIRST)
    end_now()

    assert held(SECOND)
    assert not held(FIRST)
    assert SweeperLease.objects.get().epoch == 2


def test_what_was_given_back_is_free_at_once(db: None) -> None:
    held(FIRST)
    release(SweeperLease, "sweeper", FIRST)

    assert held(SECOND)


def test_nobody_gives_back_what_another_holds(db: None) -> None:
    held(FIRST)
    release(SweeperLease, "sweeper", SECOND)

    assert not held(SECOND)


def test_each_name_is_a_lease_of_its_own(db: None) -> None:
    assert held(FIRST, "sweeper")
    assert held(SECOND, "searcher")


def test_only_the_holder_shows_that_it_works(db: None) -> None:
    held(FIRST)
    beat(SweeperLease, "sweeper", SECOND)
    before = SweeperLease.objects.get().beat_at
    beat(SweeperLease, "sweeper", FIRST)

    assert before is None
    assert SweeperLease.objects.get().beat_at is not None


@pytest.mark.django_db(transaction=True)
def test_f34_of_many_at_once_one_takes_it() -> None:
    barrier = threading.Barrier(8)
    takers: list[bool] = []

    def take() -> None:
        barrier.wait()
        takers.append(held(uuid4()))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(takers) == [False] * 7 + [True]
