from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError
from django.utils import timezone

from dashboard.orders import journal, sweeper
from dashboard.orders.models import Order, SweeperLease
from dashboard.orders.states import State
from dashboard.orders.sweeper import SEARCHER, SWEEPER, Duty, Sweeper
from exchange.paper import PaperExchange

Hints = list[tuple[int, str]]
PATIENCE_SECONDS = 20


def age(order: Order, **ages: float) -> None:
    """Move the order's times so many seconds into the past."""
    moments = {f"{name}_at": timezone.now() - timedelta(seconds=ago) for name, ago in ages.items()}
    Order.objects.filter(pk=order.pk).update(**moments)


@pytest.fixture
def hints(monkeypatch: pytest.MonkeyPatch) -> Hints:
    told: Hints = []
    monkeypatch.setattr(sweeper, "tell_person", lambda user, what: told.append((user, what)))
    return told


def test_f29_an_intent_nobody_claimed_expires_and_its_person_is_told(
    draft: Order, hints: Hints
) -> None:
    journal.declare_intent(draft)
    age(draft, expires=1)
    sweeper.sweep_once()
    draft.refresh_from_db()

    assert draft.state == State.EXPIRED_UNSENT
    assert hints == [(draft.user_id, "orders-changed")]


def test_f30_a_sending_that_died_becomes_unknown_and_its_person_is_told(
    claimed: Order, hints: Hints
) -> None:
    age(claimed, sent=21)
    sweeper.sweep_once()
    claimed.refresh_from_db()

    assert claimed.state == State.UNKNOWN
    assert hints == [(claimed.user_id, "orders-changed")]


def test_a_sending_that_may_still_be_answered_is_left_alone(claimed: Order, hints: Hints) -> None:
    age(claimed, sent=19)
    sweeper.sweep_once()
    claimed.refresh_from_db()

    assert claimed.state == State.SENDING
    assert hints == []


def test_of_two_workers_one_sweeps(db: None) -> None:
    first, second = Duty(SWEEPER, sweeper.sweep_once), Duty(SWEEPER, sweeper.sweep_once)

    assert first.attempt()
    assert not second.attempt()
    assert first.attempt()


def test_another_worker_takes_over_from_one_that_died(db: None) -> None:
    dead, heir = Duty(SWEEPER, sweeper.sweep_once), Duty(SWEEPER, sweeper.sweep_once)
    dead.attempt()
    SweeperLease.objects.update(held_until=timezone.now() - timedelta(seconds=1))

    assert heir.attempt()
    assert not dead.attempt()


def test_a_worker_that_was_told_to_stop_leaves_its_lease_to_the_next(db: None) -> None:
    leaving, next_one = Duty(SWEEPER, sweeper.sweep_once), Duty(SWEEPER, sweeper.sweep_once)
    leaving.attempt()
    leaving.release()

    assert next_one.attempt()


@pytest.mark.parametrize("failure", [ZeroDivisionError, DatabaseError])
def test_a_round_that_fails_shows_no_sign_of_life_and_the_next_one_comes(
    db: None, failure: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    failures = [failure]

    def work() -> None:
        if failures:
            raise failures.pop()

    duty = Duty(SWEEPER, work)
    was_done = duty.attempt()
    beat_at = SweeperLease.objects.get().beat_at

    assert not was_done
    assert beat_at is None
    assert SWEEPER in caplog.text
    assert duty.attempt()


def wait_for(is_so: threading.Event) -> None:
    assert is_so.wait(PATIENCE_SECONDS)


@pytest.mark.django_db(transaction=True)
def test_a_duty_works_at_once_and_again_until_it_is_stopped(settings: object) -> None:
    settings.SWEEP_SECONDS = 0.01  # type: ignore[attr-defined]
    rounds = 0
    is_done_twice = threading.Event()

    def work() -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 2:
            is_done_twice.set()

    duty = Duty(SWEEPER, work)
    duty.start()
    wait_for(is_done_twice)
    duty.stop()
    lease = SweeperLease.objects.get()

    assert not duty.thread.is_alive()
    assert lease.beat_at is not None
    assert lease.held_until is None


@pytest.mark.django_db(transaction=True)
def test_f37_a_worker_retires_and_looks_for_orders_without_any_broker(
    claimed: Order, paper: PaperExchange, settings: object
) -> None:
    settings.SWEEP_SECONDS = 0.01  # type: ignore[attr-defined]
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:9"  # type: ignore[attr-defined]
    age(claimed, sent=21)
    working = Sweeper()
    working.start()
    is_fenced = poll(lambda: Order.objects.filter(fenced_at__isnull=False).exists())
    working.stop()
    claimed.refresh_from_db()

    assert is_fenced
    assert claimed.state == State.UNKNOWN
    assert set(SweeperLease.objects.values_list("name", flat=True)) == {SWEEPER, SEARCHER}
    assert not paper.ledger.orders


def poll(is_so: object) -> bool:
    """Ask until it is so, or patience ends."""
    pause = threading.Event()
    for _ in range(PATIENCE_SECONDS * 50):
        if is_so():  # type: ignore[operator]
            return True
        pause.wait(0.02)
    return False


def test_the_lease_outlives_several_rounds() -> None:
    assert django_settings.SWEEPER_LEASE_SECONDS > 2 * django_settings.SWEEP_SECONDS
