"""A key that is refused, or may do too much, is left alone, and its owner is told why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.accounts import key_health
from dashboard.accounts.models import ExchangeAccount, SealedKey
from dashboard.accounts.problems import problem_text
from dashboard.accounts.sealing import seal
from dashboard.accounts.selectors import placing_problem, tended_accounts
from dashboard.accounts.services import paper_credentials
from dashboard.orders.models import OrderSync
from dashboard.orders.sync import sync_due_orders
from dashboard.portfolio.models import BalancePoll
from dashboard.portfolio.services import poll_due_balances
from exchange.errors import NoAnswer, NonceTooSmall, NotAuthenticated
from exchange.paper import PaperExchange
from exchange.paper.faults import NonceUsedElsewhere
from exchange.paper.keys import reading, withdrawing

REVOKED = problem_text(NotAuthenticated("apikey: invalid", 10100))
USED_ELSEWHERE = problem_text(NonceTooSmall("nonce: small", 10114))


def key_of(account: ExchangeAccount) -> SealedKey:
    return SealedKey.objects.get(account=account)


def work() -> None:
    """Do what beat rings for, as if all of it were due."""
    BalancePoll.objects.update(due_at=timezone.now())
    OrderSync.objects.update(due_at=timezone.now())
    poll_due_balances()
    sync_due_orders()


def rest_is_over() -> None:
    SealedKey.objects.update(rests_until=timezone.now())
    ExchangeAccount.objects.update(permissions_at=timezone.now() - timedelta(minutes=11))


def test_f64_a_revoked_key_is_called_with_three_times_at_most_and_its_owner_told(
    funded: ExchangeAccount, paper: PaperExchange, paper_account_name: str, owner_client: Client
) -> None:
    work()
    paper.revoke_key(paper_account_name)
    before = len(paper.ledger.requests)
    for _ in range(5):
        work()
    page = owner_client.get("/settings/keys/").content.decode()

    assert 1 <= len(paper.ledger.requests) - before <= 3
    assert key_of(funded).problem == REVOKED
    assert REVOKED in page


def test_a_key_that_was_refused_by_mistake_is_taken_up_again_by_itself(
    funded: ExchangeAccount, paper: PaperExchange, paper_account_name: str
) -> None:
    paper.revoke_key(paper_account_name)
    work()
    paper.restore_key(paper_account_name)
    rest_is_over()
    work()

    assert key_of(funded).problem == ""
    assert list(tended_accounts()) == [funded]


def spoil_a_nonce(account: ExchangeAccount) -> None:
    """Refuse a nonce for another call of another program than the last refusal was for."""
    SealedKey.objects.exclude(struck_at=None).update(
        struck_at=timezone.now() - key_health.STRIKES_APART
    )
    key_health.note_refusal(account.pk, NonceTooSmall("nonce: small", 10114))


def test_f56_three_spoilt_nonces_in_a_row_let_the_key_rest(funded: ExchangeAccount) -> None:
    for _ in range(2):
        spoil_a_nonce(funded)
    after_two = list(tended_accounts())
    spoil_a_nonce(funded)

    assert after_two == [funded]
    assert list(tended_accounts()) == []
    assert key_of(funded).problem == USED_ELSEWHERE


def test_f56_a_spoilt_nonce_now_and_then_is_forgotten(funded: ExchangeAccount) -> None:
    for _ in range(4):
        spoil_a_nonce(funded)
        key_health.note_success(funded.pk)

    assert list(tended_accounts()) == [funded]


def test_f56_one_call_of_another_program_is_one_strike_however_many_calls_it_spoils(
    funded: ExchangeAccount, paper: PaperExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The refusals of a minute, which on a busy machine may lie further apart than their call's.
    monkeypatch.setattr(key_health, "STRIKES_APART", timedelta(minutes=1))
    work()
    with paper.fault(NonceUsedElsewhere(ahead=60_000_000)):
        for _ in range(3):
            work()

    assert key_of(funded).strikes == 1
    assert list(tended_accounts()) == [funded]


def test_other_failures_say_nothing_of_the_key(funded: ExchangeAccount) -> None:
    for _ in range(9):
        key_health.note_refusal(funded.pk, NoAnswer("no answer"))

    assert list(tended_accounts()) == [funded]


def test_f65_a_key_that_may_no_longer_trade_says_why_and_balances_go_on(
    funded: ExchangeAccount, paper: PaperExchange, paper_account_name: str
) -> None:
    before = placing_problem(funded)
    paper.narrow_key(paper_account_name, reading())
    rest_is_over()
    work()

    assert before == ""
    assert "place orders" in placing_problem(funded)
    assert BalancePoll.objects.get().last_error == ""


def test_f66_a_key_that_gained_withdrawal_is_suspended_until_it_has_lost_it(
    funded: ExchangeAccount, paper: PaperExchange, paper_account_name: str
) -> None:
    paper.narrow_key(paper_account_name, withdrawing())
    rest_is_over()
    work()
    suspended = (placing_problem(funded), list(tended_accounts()))
    paper.restore_key(paper_account_name)
    rest_is_over()
    work()

    assert suspended == (key_health.SUSPENDED, [])
    assert placing_problem(funded) == ""
    assert list(tended_accounts()) == [funded]


def test_f66_a_suspension_outlives_a_call_that_succeeds(funded: ExchangeAccount) -> None:
    key_health.judge(funded.pk, {"withdraw": [True, True]})
    key_health.note_success(funded.pk)

    assert placing_problem(funded) == key_health.SUSPENDED


def test_a_key_stored_with_the_right_to_withdraw_keeps_it(funded: ExchangeAccount) -> None:
    SealedKey.objects.update(may_withdraw=True)
    key_health.judge(funded.pk, {"withdraw": [True, True]})

    assert list(tended_accounts()) == [funded]


@pytest.mark.parametrize("trouble", ["refused", "suspended"])
def test_another_key_starts_without_the_troubles_of_the_last(
    funded: ExchangeAccount, trouble: str
) -> None:
    if trouble == "refused":
        key_health.note_refusal(funded.pk, NotAuthenticated("apikey: invalid", 10100))
    else:
        key_health.judge(funded.pk, {"withdraw": [True, True]})
    seal(funded, paper_credentials())

    assert list(tended_accounts()) == [funded]
    assert key_of(funded).problem == ""
