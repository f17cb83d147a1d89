"""What the ticket says while it is being filled in, and its buttons for shares of a balance."""

from __future__ import annotations

import html
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from dashboard.accounts.models import ExchangeAccount
from dashboard.live.board import board
from dashboard.live.depth import BookView, levels
from dashboard.markets.models import Instrument
from dashboard.orders.models import Order
from dashboard.portfolio.models import Wallet
from exchange.paper import PaperExchange
from tests.dashboard.conftest import HTMX, SetPrice
from tests.dashboard.orders.conftest import ticket

pytestmark = pytest.mark.usefixtures("funded", "live_bitcoin")


def previewed(client: Client, **changes: str) -> str:
    answer = client.get("/orders/preview/", ticket(**changes), headers=HTMX)

    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def figure(page: str, field: str) -> str:
    found = re.search(rf'data-field="{field}" data-value="([^"]*)"', page)
    assert found, f"no {field}"
    return found[1]


def amount_in(page: str) -> str:
    found = re.search(r'id="ticket-amount"[^>]* value="([^"]*)"', page)
    assert found
    return found[1]


def test_the_preview_walks_the_book_and_counts_the_fee(owner_client: Client) -> None:
    asks = levels([(Decimal(61000), Decimal("0.05"), 1), (Decimal(61200), Decimal(1), 1)])
    bids = levels([(Decimal(60800), Decimal(1), 1)])
    board.replace_book(BookView(symbol="tBTCUSD", at_ms=0, bids=bids, asks=asks))
    page = previewed(owner_client, type="MARKET", amount="0.1")

    assert "Buy 0.10 BTC at the market price" in page
    assert (figure(page, "walk-average"), figure(page, "walk-worst")) == ("61100", "61200")
    assert (figure(page, "cost"), figure(page, "after")) == ("6110", "43890")
    assert figure(page, "fee") == "0.0002"
    assert Decimal(figure(page, "covered")) == 1
    assert "checked" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": "0.00001"}, "The smallest order is 0.00004 BTC."),
        ({"amount": "3000"}, "The largest order is"),
        ({"amount": "1"}, "is available"),
        ({"price": "61234.5"}, "5 significant digits"),
        ({"amount": "1,5"}, "Use a point: 1.5."),
    ],
)
def test_what_is_wrong_is_said_while_it_is_typed(
    owner_client: Client, changes: dict[str, str], words: str
) -> None:
    assert words in previewed(owner_client, **changes)


def test_what_is_still_empty_is_not_scolded(owner_client: Client) -> None:
    page = previewed(owner_client, amount="", price="")

    assert "What the order would do is shown here." in page
    assert "error" not in page


def test_a_preview_writes_nothing_down_and_asks_the_exchange_nothing(
    owner_client: Client, paper: PaperExchange
) -> None:
    before = len(paper.ledger.requests)
    page = previewed(owner_client)

    assert "none of it" in page
    assert figure(page, "book-state") == "off"
    assert not Order.objects.exists()
    assert len(paper.ledger.requests) == before


def test_a_stale_price_is_told_as_the_lock_it_is(owner_client: Client, set_price: SetPrice) -> None:
    set_price("tBTCUSD", "61000", age_ms=18_000)

    assert "placing waits until live prices are back" in previewed(owner_client)


def test_without_htmx_a_preview_leads_to_the_ticket(owner_client: Client) -> None:
    answer = owner_client.get("/orders/preview/", {"symbol": "tBTCUSD"})

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/orders/new/?symbol=tBTCUSD"


@pytest.mark.parametrize(
    ("changes", "amount"),
    [
        ({"size": "25", "side": "sell"}, "0.125"),
        ({"size": "max", "side": "sell"}, "0.5"),
        ({"size": "50"}, "0.41666666"),
        ({"size": "max"}, "0.83333333"),
        ({"size": "75", "type": "STOP", "stop": "62000"}, "0.60483870"),
        ({"size": "max", "type": "MARKET"}, "0.81967213"),
        ({"size": "max", "unit": "quote", "amount": "5"}, "0.83333333"),
    ],
)
def test_a_share_is_worked_out_and_never_rounded_up(
    owner_client: Client, changes: dict[str, str], amount: str
) -> None:
    answer = owner_client.post("/orders/new/", ticket(amount="") | changes)

    assert answer.status_code == 200
    assert Decimal(amount_in(answer.content.decode())) == Decimal(amount)
    assert not Order.objects.exists()


def test_a_share_of_everything_walks_the_book_down(owner_client: Client) -> None:
    asks = levels([(Decimal(50000), Decimal("0.5"), 1), (Decimal(100000), Decimal(1), 1)])
    board.replace_book(BookView(symbol="tBTCUSD", at_ms=0, bids=(), asks=asks))
    answer = owner_client.post("/orders/new/", ticket(type="MARKET", size="max"))

    assert amount_in(answer.content.decode()) == "0.75"


@pytest.mark.parametrize("share", ["25", "50", "75", "max"])
@pytest.mark.parametrize("price", ["60000", "0.33333", "7", "61234"])
def test_what_a_share_gives_can_be_paid(
    owner_client: Client, live_bitcoin: Instrument, share: str, price: str
) -> None:
    Instrument.objects.update(maximum=None)
    Wallet.objects.filter(currency="USD").update(available=Decimal("123.456789012345678"))
    page = owner_client.post("/orders/new/", ticket(price=price, size=share)).content.decode()

    assert 0 < Decimal(amount_in(page)) * Decimal(price) <= Decimal("123.456789012345678")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"price": ""}, "Enter a price."),
        ({"wallet": "margin"}, "cannot be traded with the margin wallet"),
    ],
)
def test_a_share_that_cannot_be_worked_out_says_why(
    owner_client: Client, changes: Any, words: str
) -> None:
    answer = owner_client.post("/orders/new/", ticket(amount="", size="50") | changes)

    assert answer.status_code == 422
    assert words in html.unescape(answer.content.decode())


def test_a_share_of_nothing_or_of_what_nobody_knows_says_so(
    owner_client: Client, funded: ExchangeAccount
) -> None:
    Wallet.objects.filter(currency="USD").update(available=Decimal(0))
    nothing = owner_client.post("/orders/new/", ticket(size="50")).content.decode()
    Instrument.objects.update(is_on_margin=True)
    unknown = owner_client.post("/orders/new/", ticket(size="50", wallet="margin"))

    assert "Nothing is available for this." in nothing
    assert "not known, so type the amount" in unknown.content.decode()


def test_a_link_fills_every_field_of_a_kind(owner_client: Client) -> None:
    link = "/orders/new/?symbol=tBTCUSD&type=STOP_LIMIT&stop=62000&price=62100&flags=hidden"
    page = owner_client.get(link).content.decode()

    assert 'name="stop" type="text" inputmode="decimal" autocomplete="off" value="62000"' in page
    assert 'value="hidden" checked' in page
    assert 'value="STOP_LIMIT" selected' in page
