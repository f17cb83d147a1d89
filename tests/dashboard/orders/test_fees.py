from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dashboard.accounts.models import ExchangeAccount, SealedKey
from dashboard.orders.fees import USUAL_TAKER, FeeRate, fee_rate
from exchange.paper import PaperExchange
from tests.dashboard.orders.conftest import Wire, forged_answer


def summary(taker: list[str]) -> bytes:
    """Return the answer of an account whose taker fees differ by kind of quote currency."""
    fees = ",".join(taker)
    return forged_answer(f"[null,null,null,null,[[0,0,0],[{fees}]],null,null,null,null,null]")


def test_the_fee_is_the_accounts_own(paper: PaperExchange, account: ExchangeAccount) -> None:
    assert fee_rate(account, "USD") == FeeRate(Decimal("0.002"))


@pytest.mark.parametrize(
    ("quote", "rate"), [("BTC", "0.001"), ("UST", "0.0005"), ("USD", "0.0015")]
)
def test_the_kind_of_the_quote_currency_decides(
    wire: Wire, account: ExchangeAccount, quote: str, rate: str
) -> None:
    wire.forged["summary"] = summary(["0.001", "0.0005", "0.0015"])

    assert fee_rate(account, quote) == FeeRate(Decimal(rate))


def test_the_exchange_is_asked_once_for_many_reviews(
    paper: PaperExchange, account: ExchangeAccount
) -> None:
    for _ in range(3):
        fee_rate(account, "USD")

    assert len([each for each in paper.ledger.requests if "summary" in each.path]) == 1


def test_where_the_exchange_does_not_tell_the_usual_fee_is_assumed_and_said_so(
    account: ExchangeAccount, settings: Any
) -> None:
    settings.EXCHANGE_AUTH_URL = "http://127.0.0.1:9"

    assert fee_rate(account, "USD") == FeeRate(USUAL_TAKER, is_assumed=True)
    settings.EXCHANGE_AUTH_URL = "http://127.0.0.1:10"
    assert fee_rate(account, "USD").is_assumed


def test_a_key_that_does_not_open_leaves_the_usual_fee(account: ExchangeAccount) -> None:
    SealedKey.objects.update(envelope="broken")

    assert fee_rate(account, "USD").is_assumed
