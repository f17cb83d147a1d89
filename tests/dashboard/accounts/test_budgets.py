from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Value

from dashboard.accounts.budgets import DatabaseBudget
from dashboard.accounts.models import RateBan, RateWindow
from exchange.errors import NotSent, RateLimited

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def budget_at(seconds: float) -> DatabaseBudget:
    """Return a budget for which the database's clock stands so long after the start."""
    return DatabaseBudget(now=Value(START + timedelta(seconds=seconds)))


def spend(budget: DatabaseBudget, times: int, *, urgent: bool = False) -> None:
    for _ in range(times):
        budget.spend("platform", urgent=urgent)


@pytest.fixture
def budget(db: None) -> DatabaseBudget:
    return budget_at(0)


def test_polls_stop_at_four_fifths_and_orders_go_on(budget: DatabaseBudget) -> None:
    spend(budget, 24)

    with pytest.raises(RateLimited, match="platform is used up"):
        spend(budget, 1)
    spend(budget, 6, urgent=True)
    with pytest.raises(RateLimited):
        spend(budget, 1, urgent=True)


def test_a_call_is_forgotten_after_a_minute(budget: DatabaseBudget) -> None:
    spend(budget, 24)
    spend(budget_at(60), 1)

    assert len(RateWindow.objects.get().calls_ms) == 1


def test_the_refusal_says_how_long_to_wait_and_that_is_enough(budget: DatabaseBudget) -> None:
    spend(budget, 24)
    with pytest.raises(RateLimited) as caught:
        spend(budget_at(20.5), 1)

    assert caught.value.wait_seconds == 39.5
    spend(budget_at(20.5 + caught.value.wait_seconds), 1)


def test_families_have_budgets_of_their_own(budget: DatabaseBudget) -> None:
    spend(budget, 24)
    budget.spend("auth/r/wallets")

    assert RateWindow.objects.count() == 2


def test_a_ban_stops_every_call_for_a_minute(budget: DatabaseBudget) -> None:
    budget.ban()

    with pytest.raises(RateLimited, match="blocks this address for 1 s more") as caught:
        budget_at(59.5).spend("auth/w/order/submit", urgent=True)
    assert caught.value.wait_seconds == 0.5
    budget_at(60).spend("auth/w/order/submit", urgent=True)


def test_old_bans_are_thrown_away(budget: DatabaseBudget) -> None:
    budget.ban()
    budget_at(60).ban()

    assert RateBan.objects.count() == 1


def test_a_shorter_ban_does_not_end_a_longer_one(budget: DatabaseBudget) -> None:
    budget_at(30).ban()
    budget.ban()

    with pytest.raises(RateLimited, match="for 1 s more"):
        budget_at(89.5).spend("ticker")


@pytest.mark.django_db
def test_the_clock_is_the_databases_own() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        (told,) = cursor.fetchone()
    moment = datetime.fromisoformat(str(told))
    DatabaseBudget().spend("ticker")
    (call_ms,) = RateWindow.objects.get().calls_ms

    assert abs(call_ms / 1000 - moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()) < 5


@pytest.mark.django_db
@pytest.mark.parametrize("ahead_seconds", [-3600, 3600])
def test_a_machine_whose_clock_is_wrong_counts_like_the_others(
    monkeypatch: pytest.MonkeyPatch, ahead_seconds: int
) -> None:
    budget = DatabaseBudget()
    spend(budget, 24)
    budget.ban()
    wrong = datetime.now(UTC).timestamp() + ahead_seconds
    monkeypatch.setattr("time.time", lambda: wrong)
    monkeypatch.setattr("time.time_ns", lambda: int(wrong * 1e9))

    with pytest.raises(RateLimited, match="blocks this address"):
        spend(budget, 1)
    RateBan.objects.all().delete()
    with pytest.raises(RateLimited, match="platform is used up"):
        spend(budget, 1)


@pytest.mark.django_db(transaction=True)
def test_threads_share_what_is_left() -> None:
    passed: list[int] = []

    def call() -> None:
        budget = DatabaseBudget()
        for _ in range(10):
            try:
                budget.spend("platform")
            except RateLimited:
                continue
            passed.append(1)
        connection.close()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(passed) == 24


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
