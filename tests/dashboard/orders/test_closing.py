from __future__ import annotations

import html
import re
from decimal import Decimal

import pytest
from django.test import Client

from dashboard.accounts.clients import client_for
from dashboard.accounts.models import ExchangeAccount
from dashboard.markets.models import Instrument
from dashboard.orders.models import Order
from exchange.new_order import NewOrder
from exchange.paper import PaperExchange
from tests.dashboard.conftest import HTMX
from tests.dashboard.orders.conftest import token_in


@pytest.fixture
def traded(
    paper: PaperExchange, account: ExchangeAccount, live_bitcoin: Instrument
) -> ExchangeAccount:
    """The owner's account, long 0.02 bitcoin on margin."""
    Instrument.objects.update(is_on_margin=True)
    buy = NewOrder(symbol="tBTCUSD", type="MARKET", amount=Decimal("0.02"))
    client = client_for(account)
    client.submit_order(buy)
    assert len(client.positions()) == 1
    return account


def text(client: Client, address: str) -> str:
    return html.unescape(client.get(address).content.decode())


def test_a_position_leads_to_a_ticket_that_closes_it_and_sends_nothing(
    owner_client: Client, traded: ExchangeAccount, paper: PaperExchange
) -> None:
    placed = len(paper.ledger.orders)
    page = text(owner_client, "/orders/positions/?ask=now")
    link = re.search(r'href="(/orders/new/\?[^"]+)"', page.split('id="positions"')[1])
    assert link
    ticket = text(owner_client, link[1])

    assert "long 0.02 BTC" in page
    assert 'value="sell" checked' in ticket
    assert 'value="MARKET" selected' in ticket
    assert 'value="margin" selected' in ticket
    assert 'value="0.02"' in ticket
    assert len(paper.ledger.orders) == placed
    assert not Order.objects.exists()


def test_the_ticket_that_closes_it_goes_through_its_review(
    owner_client: Client, traded: ExchangeAccount, paper: PaperExchange
) -> None:
    fields = {
        "symbol": "tBTCUSD",
        "side": "sell",
        "type": "MARKET",
        "wallet": "margin",
        "amount": "0.02",
        "flags": "reduce-only",
    }
    review = owner_client.post("/orders/new/", fields, follow=True).content.decode()
    ticks = re.findall(r'name="confirm" value="([a-z]+)"', review)
    owner_client.post("/orders/place/", {"token": token_in(review), "confirm": ticks})
    order = Order.objects.get()

    assert (order.type, order.flags) == ("MARKET", 1024), order.reason
    assert client_for(traded).positions() == []


def test_without_positions_the_page_says_so(
    owner_client: Client, paper: PaperExchange, account: ExchangeAccount
) -> None:
    assert "No open positions" in text(owner_client, "/orders/positions/?ask=now")


def test_when_they_cannot_be_read_the_page_says_so_and_stands(
    owner_client: Client, account: ExchangeAccount, settings: object
) -> None:
    settings.EXCHANGE_AUTH_URL = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    page = text(owner_client, "/orders/positions/?ask=now")

    assert "cannot be reached" in page
    assert "No open positions" not in page


def test_the_page_itself_waits_for_no_exchange_and_its_list_asks(
    owner_client: Client, paper: PaperExchange, account: ExchangeAccount
) -> None:
    page = text(owner_client, "/orders/positions/")
    asked = len(paper.ledger.requests)
    part = owner_client.get("/orders/positions/", headers=HTMX).content.decode()

    assert 'hx-trigger="load, orders-changed from:body"' in page
    assert 'href="?ask=now"' in page
    assert asked == 0
    assert "No open positions" in part
    assert [each.path for each in paper.ledger.requests if each.key] == ["/v2/auth/r/positions"]


def test_without_a_key_there_are_none_to_ask_for(stranger_client: Client) -> None:
    assert "exchange key" in text(stranger_client, "/orders/positions/")
