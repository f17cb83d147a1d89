from __future__ import annotations

import pytest
from django.db import connection

from dashboard.accounts.budgets import DatabaseBudget, milliseconds
from dashboard.accounts.models import RateBan, RateWindow
from exchange.errors import NotSent, RateLimited


class Clock:
    def __init__(self) -> None:
        self.now_ms = 1_000_000

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def budget(clock: Clock, db: None) -> DatabaseBudget:
    return DatabaseBudget(clock=clock)


def spend(budget: DatabaseBudget, times: int, *, urgent: bool = False) -> None:
    for _ in range(times):
        budget.spend("platform", urgent=urgent)


def test_polls_stop_at_four_fifths_and_orders_go_on(budget: DatabaseBudget) -> None:
    spend(budget, 24)

    with pytest.raises(RateLimited, match="platform is used up"):
        spend(budget, 1)
    spend(budget, 6, urgent=True)
    with pytest.raises(RateLimited):
        spend(budget, 1, urgent=True)


def test_a_call_is_forgotten_after_a_minute(budget: DatabaseBudget, clock: Clock) -> None:
    spend(budget, 24)
    clock.now_ms += 60_000
    spend(budget, 1)

    assert RateWindow.objects.get().calls_ms == [clock.now_ms]


def test_the_refusal_says_how_long_to_wait(budget: DatabaseBudget, clock: Clock) -> None:
    spend(budget, 24)
    clock.now_ms += 20_500

    with pytest.raises(RateLimited) as caught:
        spend(budget, 1)
    assert caught.value.wait_seconds == 40


def test_families_have_budgets_of_their_own(budget: DatabaseBudget) -> None:
    spend(budget, 24)
    budget.spend("auth/r/wallets")

    assert RateWindow.objects.count() == 2


def test_a_ban_stops_every_call_for_a_minute(budget: DatabaseBudget, clock: Clock) -> None:
    budget.ban()
    clock.now_ms += 59_999

    with pytest.raises(RateLimited, match="blocks this address"):
        budget.spend("auth/w/order/submit", urgent=True)
    clock.now_ms += 1
    budget.spend("auth/w/order/submit", urgent=True)


def test_old_bans_are_thrown_away(budget: DatabaseBudget, clock: Clock) -> None:
    budget.ban()
    clock.now_ms += 60_000
    budget.ban()

    assert RateBan.objects.count() == 1


def test_the_clock_counts_milliseconds_since_the_epoch() -> None:
    assert 1_700_000_000_000 < milliseconds() < 4_000_000_000_000


@pytest.mark.django_db(transaction=True)
def test_without_its_tables_nothing_is_sent_and_an_answer_in_hand_still_counts() -> None:
    with connection.schema_editor() as editor:
        editor.delete_model(RateBan)
    try:
        with pytest.raises(NotSent, match="does not answer"):
            DatabaseBudget().spend("ticker")
        DatabaseBudget().ban()
    finally:
        with connection.schema_editor() as editor:
            editor.create_model(RateBan)
