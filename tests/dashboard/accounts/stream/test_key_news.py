"""The stream is where a key's troubles show first."""

from __future__ import annotations

import pytest

from dashboard.accounts import key_health
from dashboard.accounts.models import ExchangeAccount, SealedKey
from dashboard.accounts.selectors import placing_problem
from exchange.paper import PaperExchange
from exchange.paper.keys import reading, withdrawing
from tests.dashboard.accounts.stream.conftest import Start
from tests.product.running import until

pytestmark = pytest.mark.django_db(transaction=True)


def problem() -> str:
    return SealedKey.objects.get().problem


def test_f64_a_revoked_key_is_shown_once_and_then_left_alone(
    start: Start, paper: PaperExchange, account: ExchangeAccount, paper_account_name: str
) -> None:
    paper.revoke_key(paper_account_name)
    streams = start()
    until(problem, "the refusal")
    until(lambda: not streams.running, "the end of the stream")

    assert "does not accept this key" in problem()
    assert SealedKey.objects.get().rests_until is not None


def test_f65_what_the_key_may_do_is_known_when_it_is_shown(
    start: Start, paper: PaperExchange, account: ExchangeAccount, paper_account_name: str
) -> None:
    paper.narrow_key(paper_account_name, reading())
    start()

    assert until(lambda: placing_problem(account), "the permissions")


def test_f66_a_key_that_can_withdraw_is_suspended_when_it_is_shown(
    start: Start, paper: PaperExchange, account: ExchangeAccount, paper_account_name: str
) -> None:
    paper.narrow_key(paper_account_name, withdrawing())
    streams = start()
    until(problem, "the suspension")

    assert problem() == key_health.SUSPENDED
    assert until(lambda: not streams.running, "the end of the stream")
