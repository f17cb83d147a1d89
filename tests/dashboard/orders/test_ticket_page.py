"""The ticket as a page: what it shows, what a link fills in, and what comes back wrong."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dashboard.accounts.models import ExchangeAccount, SealedKey
from dashboard.markets.models import Instrument
from dashboard.orders.models import Order
from exchange.paper import PaperExchange
from tests.dashboard.conftest import HTMX
from tests.dashboard.orders.conftest import text_of, ticket

pytestmark = pytest.mark.usefixtures("account")


def test_the_ticket_shows_market_price_and_balances(
    owner_client: Client, funded: ExchangeAccount, live_bitcoin: Instrument
) -> None:
    page = text_of(owner_client.get("/orders/new/?symbol=tBTCUSD"))

    assert "Order BTC/USD" in page
    assert 'data-symbol="tBTCUSD" data-field="ask" data-value="61000"' in page
    assert "Available: 50\u202f000.00 USD, 0.50 BTC." in page
    assert "At least 0.00004 BTC." in page


def test_a_link_fills_the_ticket_and_sends_nothing(
    owner_client: Client, live_bitcoin: Instrument, paper: PaperExchange
) -> None:
    link = "/orders/new/?symbol=tBTCUSD&side=sell&type=MARKET&amount=0.25&price=1"
    page = text_of(owner_client.get(link))

    assert 'value="sell" checked' in page
    assert 'value="MARKET" selected' in page
    assert 'name="amount" type="text"' in page
    assert 'value="0.25"' in page
    assert not Order.objects.exists()
    assert not paper.ledger.requests


def test_what_a_link_brings_is_cut_and_escaped(
    owner_client: Client, live_bitcoin: Instrument
) -> None:
    evil = '"><script>alert(1)</script>' + "9" * 100
    asked = {"symbol": "tBTCUSD", "amount": evil}
    part = owner_client.get("/orders/new/", asked, headers=HTMX).content.decode()

    assert "<script>alert" not in part
    assert "9" * 50 not in part


def test_without_a_market_the_page_asks_for_one(
    owner_client: Client, live_bitcoin: Instrument
) -> None:
    page = text_of(owner_client.get("/orders/new/"))

    assert '<option value="tBTCUSD">BTC/USD</option>' in page


def test_before_the_markets_are_known_the_page_says_so(owner_client: Client) -> None:
    assert "No markets are known yet" in text_of(owner_client.get("/orders/new/"))


@pytest.mark.parametrize(
    "symbol",
    ["tXXXUSD", "btcusd", "../../etc", "%2e%2e", "tBTCUSD?x=", "tBTC\x00", "t" * 300, "🚀"],
)
def test_b31_a_market_that_is_none_is_not_found(
    owner_client: Client, live_bitcoin: Instrument, symbol: str
) -> None:
    assert owner_client.get("/orders/new/", {"symbol": symbol}).status_code == 404
    assert owner_client.get("/orders/", {"symbol": symbol}).status_code == 404


def test_without_a_key_there_is_no_ticket(owner_client: Client, live_bitcoin: Instrument) -> None:
    SealedKey.objects.all().delete()
    page = text_of(owner_client.get("/orders/new/?symbol=tBTCUSD"))

    assert "Orders need an exchange key" in page


def test_a_stranger_has_no_key_to_order_with(
    stranger_client: Client, live_bitcoin: Instrument
) -> None:
    answer = stranger_client.post("/orders/new/", ticket())

    assert "Orders need an exchange key" in text_of(answer)
    assert not Order.objects.exists()


def test_an_invalid_ticket_keeps_everything_that_was_typed(
    owner_client: Client, live_bitcoin: Instrument
) -> None:
    typed = ticket(side="sell", type="LIMIT", amount="1,5", price="61234.56")
    answer = owner_client.post("/orders/new/", typed, headers=HTMX)
    part = text_of(answer)

    assert answer.status_code == 422
    assert "<!doctype" not in part
    assert 'value="1,5" aria-invalid="true"' in part
    assert 'value="61234.56" aria-invalid="true"' in part
    assert 'value="sell" checked' in part
    assert "Use a point: 1.5." in part
    assert not Order.objects.exists()


@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "part"])
def test_an_empty_post_is_an_invalid_ticket(
    owner_client: Client, live_bitcoin: Instrument, headers: Any
) -> None:
    answer = owner_client.post("/orders/new/", {}, headers=headers)

    assert answer.status_code == 422
    assert "Choose a market." in text_of(answer)


def test_hostile_input_comes_back_as_text(owner_client: Client, live_bitcoin: Instrument) -> None:
    evil = '"><script>alert(1)</script>'
    answer = owner_client.post("/orders/new/", dict.fromkeys(ticket(), evil))

    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()
