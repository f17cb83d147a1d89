from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from dashboard.accounts import due_work
from dashboard.accounts.models import ExchangeAccount, User
from dashboard.portfolio.models import BalancePoll
from exchange.errors import NoAnswer, RateLimited

SOON = timedelta(seconds=15)


def take(account: ExchangeAccount) -> Any:
    return due_work.claim(BalancePoll, account.pk, again_after=SOON)


@pytest.fixture
def due(account: ExchangeAccount) -> ExchangeAccount:
    due_work.due_account_ids(BalancePoll)
    return account


def test_an_account_that_never_had_any_is_due(account: ExchangeAccount) -> None:
    assert due_work.due_account_ids(BalancePoll) == [account.pk]


def test_an_account_without_a_key_is_never_due(owner: User) -> None:
    ExchangeAccount.objects.create(user=owner, exchange="paper", label="Bare")

    assert due_work.due_account_ids(BalancePoll) == []


def test_accounts_of_the_other_exchange_are_left_alone(due: ExchangeAccount, settings: Any) -> None:
    settings.EXCHANGE = "bitfinex"

    assert due_work.due_account_ids(BalancePoll) == []


def test_a_claim_is_one_callers(due: ExchangeAccount) -> None:
    assert take(due) is not None
    assert take(due) is None


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_one_claims(due: ExchangeAccount) -> None:
    barrier = threading.Barrier(6)
    claims: list[Any] = []

    def work() -> None:
        barrier.wait()
        claims.append(take(due))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([claim for claim in claims if claim is not None]) == 1


def test_finished_work_is_not_due_before_its_time(due: ExchangeAccount) -> None:
    due_work.give_back(BalancePoll, due.pk, take(due), last_error="")

    assert due_work.due_account_ids(BalancePoll) == []
    assert take(due) is None


def test_a_claim_whose_worker_died_ends_by_itself(due: ExchangeAccount) -> None:
    take(due)
    past = timezone.now() - timedelta(seconds=1)
    BalancePoll.objects.update(claimed_until=past, due_at=past)

    assert take(due) is not None


def test_a_claim_that_is_kept_lasts_on(due: ExchangeAccount) -> None:
    mine = take(due)
    BalancePoll.objects.update(due_at=timezone.now(), claimed_until=timezone.now())
    due_work.keep(BalancePoll, due.pk, mine)

    assert take(due) is None


def test_a_claim_that_another_has_taken_over_cannot_be_kept(due: ExchangeAccount) -> None:
    lost = take(due)
    past = timezone.now() - timedelta(seconds=1)
    BalancePoll.objects.update(claimed_until=past, due_at=past)
    take(due)
    before = BalancePoll.objects.get().claimed_until
    due_work.keep(BalancePoll, due.pk, lost)

    assert BalancePoll.objects.get().claimed_until == before


def test_who_lost_the_claim_neither_holds_nor_ends_it(due: ExchangeAccount) -> None:
    lost = take(due)
    past = timezone.now() - timedelta(seconds=1)
    BalancePoll.objects.update(claimed_until=past, due_at=past)
    held = take(due)
    due_work.give_back(BalancePoll, due.pk, lost, last_error="from the past")

    with transaction.atomic():
        assert not due_work.is_held(BalancePoll, due.pk, lost)
        assert due_work.is_held(BalancePoll, due.pk, held)
    assert BalancePoll.objects.get().last_error == ""


def test_a_failure_is_told_in_a_sentence_and_tried_again_in_its_time(
    due: ExchangeAccount,
) -> None:
    due_work.give_up(BalancePoll, due.pk, take(due), NoAnswer("no usable answer"))
    state = BalancePoll.objects.get()

    assert state.last_error == "The exchange did not answer."
    assert state.claim is None
    assert timezone.now() < state.due_at <= timezone.now() + SOON


def test_who_called_too_often_waits_as_long_as_told(due: ExchangeAccount) -> None:
    due_work.give_up(BalancePoll, due.pk, take(due), RateLimited("too many", wait_seconds=40))
    wait = BalancePoll.objects.get().due_at - timezone.now()

    assert timedelta(seconds=35) < wait <= timedelta(seconds=40)


def test_work_made_due_while_it_is_done_is_due_again_afterwards(due: ExchangeAccount) -> None:
    claim = take(due)
    due_work.make_due(BalancePoll, due, task="none")
    due_work.give_back(BalancePoll, due.pk, claim)

    assert due_work.due_account_ids(BalancePoll) == [due.pk]


def test_work_can_be_made_due_before_any_was_ever_done(account: ExchangeAccount) -> None:
    due_work.make_due(BalancePoll, account, task="none")

    assert BalancePoll.objects.get().account == account


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_rung_only_once_the_truth_is_committed(
    due: ExchangeAccount, settings: Any
) -> None:
    folder = settings.STATE_FOLDER / "queue" / "messages"
    for old in folder.glob("*"):
        old.unlink()
    with transaction.atomic():
        due_work.make_due(BalancePoll, due, task="dashboard.portfolio.tasks.poll_due_balances")
        inside = list(folder.glob("*"))
    after = [path.read_text() for path in folder.glob("*")]

    assert inside == []
    assert len(after) == 1
    assert "poll_due_balances" in after[0]


def test_a_broker_that_is_down_is_no_error(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("the broker is down")

    monkeypatch.setattr("celery.current_app.send_task", refuse)
    due_work.ring("some.task")

    assert "some.task was not rung" in caplog.text
