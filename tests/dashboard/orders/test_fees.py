"""The account's own fees, read by the worker and shown by every review."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from dashboard.accounts.clients import client_for
from dashboard.accounts.models import ExchangeAccount
from dashboard.orders.fees import KEPT, USUAL_MAKER, USUAL_TAKER, FeeRate, fee_rate, refresh_fees
from dashboard.orders.models import TradingFees
from dashboard.orders.sync import sync_due_orders
from exchange.paper import PaperExchange
from tests.dashboard.orders.conftest import Wire, forged_answer


def summary(maker: list[str], taker: list[str]) -> bytes:
    """Return the answer of an account whose fees differ by kind of quote currency."""
    fees = f"[{','.join(maker)}],[{','.join(taker)}]"
    return forged_answer(f"[null,null,null,null,[{fees}],null,null,null,null,null]")


def asked(paper: PaperExchange) -> int:
    return len([each for each in paper.ledger.requests if "summary" in each.path])


def test_the_fee_is_the_accounts_own_once_its_orders_were_read(
    paper: PaperExchange, account: ExchangeAccount
) -> None:
    sync_due_orders()

    assert fee_rate(account, "USD") == FeeRate(Decimal("0.002"), Decimal("0.001"))


@pytest.mark.parametrize(
    ("quote", "taker", "maker"),
    [("BTC", "0.001", "0.0004"), ("UST", "0.0005", "0"), ("USD", "0.0015", "-0.0001")],
)
def test_the_kind_of_the_quote_currency_decides(
    wire: Wire, account: ExchangeAccount, quote: str, taker: str, maker: str
) -> None:
    wire.forged["summary"] = summary(["0.0004", "0", "-0.0001"], ["0.001", "0.0005", "0.0015"])

    refresh_fees(account, client_for(account))

    rate = fee_rate(account, quote)
    assert (rate.of(is_maker=False), rate.of(is_maker=True)) == (Decimal(taker), Decimal(maker))


def test_a_maker_whose_fee_was_never_read_is_reckoned_to_take(account: ExchangeAccount) -> None:
    TradingFees.objects.create(
        account=account,
        crypto=Decimal("0.001"),
        stable=Decimal("0.001"),
        fiat=Decimal("0.0015"),
        read_at=timezone.now(),
    )

    assert fee_rate(account, "USD").of(is_maker=True) == Decimal("0.0015")


def test_no_review_ever_asks_the_exchange(paper: PaperExchange, account: ExchangeAccount) -> None:
    for _ in range(3):
        fee_rate(account, "USD")

    assert asked(paper) == 0


def test_fees_are_read_again_only_when_they_are_old(
    paper: PaperExchange, account: ExchangeAccount
) -> None:
    for _ in range(3):
        refresh_fees(account, client_for(account))
    assert asked(paper) == 1

    fees = TradingFees.objects.get()
    TradingFees.objects.update(read_at=fees.read_at - KEPT - timedelta(seconds=1))
    refresh_fees(account, client_for(account))

    assert asked(paper) == 2


def test_where_the_exchange_does_not_tell_the_usual_fee_is_assumed_and_said_so(
    account: ExchangeAccount, settings: Any
) -> None:
    settings.EXCHANGE_AUTH_URL = "http://127.0.0.1:9"

    refresh_fees(account, client_for(account))

    assert fee_rate(account, "USD") == FeeRate(USUAL_TAKER, USUAL_MAKER, is_assumed=True)
