"""With EXCHANGE_API=v1 figures come over v1; what trades, and what follows it, stays on v2."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dashboard.accounts.models import ExchangeAccount
from dashboard.orders.models import Order, OrderSync
from dashboard.orders.states import State
from dashboard.orders.sync import sync_due_orders
from dashboard.portfolio.models import BalancePoll, Wallet
from dashboard.portfolio.services import poll_due_balances
from exchange.paper import PaperExchange
from tests.dashboard.orders.conftest import Review

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _over_v1(settings: Any) -> None:
    settings.EXCHANGE_API = "v1"


def test_an_order_goes_over_v2_and_its_balances_come_over_v1(
    owner_client: Client, review: Review, paper: PaperExchange, funded: ExchangeAccount
) -> None:
    token = review(price="60000")
    owner_client.post("/orders/place/", {"token": token})
    sync_due_orders()
    poll_due_balances()
    order = Order.objects.get(token=token)
    dollars = Wallet.objects.get(type="exchange", currency="USD")
    paths = [each.path for each in paper.ledger.requests]

    assert order.state == State.OPEN
    assert [placed.cid for placed in paper.ledger.orders] == [order.cid]
    assert paths.count("/v2/auth/w/order/submit") == 1
    assert paths.count("/v1/balances") == 2
    assert "/v2/auth/r/wallets" not in paths
    assert [path for path in paths if path.startswith("/v1/order")] == []
    assert dollars.available is not None
    assert dollars.balance - dollars.available == 600
    assert not BalancePoll.objects.get().last_error
    assert not OrderSync.objects.get().last_error


def test_a_cancellation_goes_over_v2_too(
    owner_client: Client, review: Review, paper: PaperExchange, funded: ExchangeAccount
) -> None:
    token = review(price="60000")
    owner_client.post("/orders/place/", {"token": token})
    order = Order.objects.get(token=token)
    owner_client.post(f"/orders/{order.pk}/cancel/")
    sync_due_orders()
    order.refresh_from_db()

    assert order.state == State.CANCELED
    assert "/v2/auth/w/order/cancel" in [each.path for each in paper.ledger.requests]
