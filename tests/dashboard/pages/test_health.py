from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from dashboard.accounts import due_work
from dashboard.accounts.models import ExchangeAccount
from dashboard.orders.models import OrderSync, SweeperLease
from dashboard.orders.sweeper import SEARCHER, SWEEPER
from dashboard.pages import health
from dashboard.portfolio.models import BalancePoll

LONG_AGO = timedelta(seconds=31)


@pytest.fixture
def at_work(account: ExchangeAccount) -> ExchangeAccount:
    """An account of some age for which everything is done in time."""
    now = timezone.now()
    ExchangeAccount.objects.update(created_at=now - timedelta(hours=1))
    for kind in (OrderSync, BalancePoll):
        due_work.due_account_ids(kind)
    for name in (SWEEPER, SEARCHER):
        SweeperLease.objects.create(name=name, beat_at=now)
    return account


def ask() -> tuple[int, list[str]]:
    answer = Client().get("/health/ready/")
    return answer.status_code, answer.json()["problems"]


def test_while_everything_is_done_in_time_it_is_ready(at_work: ExchangeAccount) -> None:
    assert ask() == (200, [])


def test_a_tidewatch_without_accounts_is_ready(db: None) -> None:
    assert ask() == (200, [])


@pytest.mark.parametrize(("name", "words"), [(SWEEPER, "old orders"), (SEARCHER, "lost orders")])
def test_f102_a_duty_that_fell_silent_is_told_within_a_minute(
    at_work: ExchangeAccount, name: str, words: str
) -> None:
    SweeperLease.objects.filter(name=name).update(beat_at=timezone.now() - LONG_AGO)
    status, problems = ask()

    assert status == 503
    assert len(problems) == 1
    assert words in problems[0]


def test_f102_a_duty_that_never_began_is_told(at_work: ExchangeAccount) -> None:
    SweeperLease.objects.all().delete()

    assert ask()[0] == 503


@pytest.mark.parametrize(
    ("kind", "words"), [(OrderSync, "Orders are not"), (BalancePoll, "Balances are not")]
)
def test_f102_work_that_nobody_begins_is_told(
    at_work: ExchangeAccount, kind: type[due_work.DueWork], words: str
) -> None:
    kind._default_manager.update(due_at=timezone.now() - LONG_AGO)
    status, problems = ask()

    assert status == 503
    assert words in problems[0]


def test_f102_work_that_was_never_looked_for_is_told(at_work: ExchangeAccount) -> None:
    OrderSync.objects.all().delete()

    assert ask()[0] == 503


def test_work_that_somebody_is_at_is_no_problem(at_work: ExchangeAccount) -> None:
    now = timezone.now()
    OrderSync.objects.update(due_at=now - LONG_AGO, claimed_until=now + timedelta(seconds=30))

    assert ask() == (200, [])


def test_a_database_that_is_gone_is_told(
    at_work: ExchangeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> list[str]:
        raise DatabaseError

    monkeypatch.setattr(health, "silent_duties", fail)

    assert ask() == (503, [health.NO_DATABASE])


def test_f102_pages_say_that_updates_are_paused(
    at_work: ExchangeAccount, owner_client: Client
) -> None:
    before = owner_client.get("/portfolio/").content.decode()
    health.cache.clear()
    SweeperLease.objects.update(beat_at=timezone.now() - LONG_AGO)
    after = owner_client.get("/portfolio/").content.decode()

    assert "Updates are paused" not in before
    assert "Updates are paused" in after
    assert "looks for lost orders has stopped" in after


def test_nobody_else_is_told_on_a_page(at_work: ExchangeAccount) -> None:
    SweeperLease.objects.all().delete()

    assert "Updates are paused" not in Client().get("/sign-in/").content.decode()
