"""A person's orders and trades as the chart draws them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount
from dashboard.markets.models import Instrument
from dashboard.orders.models import Fill, Order
from dashboard.orders.states import State

pytestmark = pytest.mark.django_db
ADDRESS = "/orders/marks/?symbol=tBTCUSD"


def order(account: ExchangeAccount, state: State, **changes: object) -> Order:
    fields = {
        "user": account.user,
        "account": account,
        "symbol": "tBTCUSD",
        "side": "buy",
        "type": "EXCHANGE LIMIT",
        "amount": Decimal("0.50"),
        "price": Decimal("60000.1"),
        "state": state,
        "cid": 2**44 + Order.objects.count(),
        "exchange_id": 1 + Order.objects.count(),
        "created_at": timezone.now(),
    }
    made: Order = Order.objects.create(**(fields | changes))
    return made


def test_nobody_sees_them_without_signing_in() -> None:
    assert Client().get(ADDRESS).status_code == 302


def test_open_orders_are_lines_with_exact_prices_and_what_remains(
    owner_client: Client, account: ExchangeAccount, bitcoin: Instrument
) -> None:
    order(account, State.OPEN)
    order(account, State.UNKNOWN, side="sell", price=Decimal(70000))
    order(account, State.FILLED)
    order(account, State.OPEN, symbol="tETHUSD")
    order(account, State.OPEN, price=None, type="EXCHANGE MARKET")

    found = owner_client.get(ADDRESS).json()["marks"]

    assert [(mark["side"], mark["price"], mark["is_certain"]) for mark in found] == [
        ("buy", "60000.1", True),
        ("sell", "70000", False),
    ]
    assert (found[0]["kind"], found[0]["text"]) == ("line", "Buy 0.50")


def test_trades_are_dots_at_their_time(
    owner_client: Client, account: ExchangeAccount, bitcoin: Instrument
) -> None:
    Fill.objects.create(
        account=account,
        trade_id=1,
        exchange_order_id=2,
        symbol="tBTCUSD",
        side="sell",
        amount=Decimal("0.010"),
        price=Decimal("61000.5"),
        traded_at=datetime(2026, 11, 22, tzinfo=UTC),
    )

    (dot,) = owner_client.get(ADDRESS).json()["marks"]

    assert dot == {
        "kind": "dot",
        "side": "sell",
        "price": "61000.5",
        "amount": "0.01",
        "text": "Sell 0.01",
        "at_ms": 1795305600000,
    }


def test_a_stranger_sees_none_of_them(
    stranger_client: Client, account: ExchangeAccount, bitcoin: Instrument
) -> None:
    order(account, State.OPEN)

    assert stranger_client.get(ADDRESS).json() == {"marks": []}


def test_an_unknown_market_is_said_to_be_none(owner_client: Client) -> None:
    assert owner_client.get("/orders/marks/?symbol=x").status_code == 404
