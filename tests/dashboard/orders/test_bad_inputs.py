"""B01 to B39: what people and programs send that is no order, tried on the page itself.

Each is answered with the ticket, which names the field and keeps what was typed; nothing becomes
an intent, and the exchange hears nothing.
"""

from __future__ import annotations

import html
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.markets.models import Instrument
from dashboard.orders.models import Order
from exchange.paper import PaperExchange
from tests.dashboard.orders.conftest import ticket

pytestmark = pytest.mark.usefixtures("funded", "live_bitcoin")

YEARS = (timezone.now() + timedelta(days=800)).strftime("%Y-%m-%d %H:%M")
SOON = (timezone.now() + timedelta(days=30)).strftime("%Y-%m-%d %H:%M")
STOP = {"type": "STOP", "stop": "62000"}
PAIR = {"flags": ["oco"], "price": "60000", "stop": "62000"}
TRAILING = {"type": "TRAILING_STOP", "distance": "500"}


def variants(field: str, words: str, *texts: str, **others: Any) -> list[tuple[Any, str, str]]:
    return [(others | {field: text}, field, words) for text in texts]


REFUSED: dict[str, list[tuple[Any, str, str]]] = {
    "B01 no amount": variants("amount", "Enter an amount.", "", "   ", "\t"),
    "B02 nothing": [
        *variants("amount", "above 0", "0", "0.00000000", "0.0"),
        *variants("amount", "without a sign", "-0"),
    ],
    "B03 a sign": variants("amount", "without a sign", "-1", "+1", "-0.5"),
    "B04 a comma": variants("amount", "Use a point: 1.5.", "1,5"),
    "B05 separators": variants(
        "amount", "without separators", "1.000,50", "1 000", "1'000", "1\xa0000", "1\u202f000"
    ),
    "B06 an exponent": variants("amount", "no exponent", "1e5", "1E-8", "1e+3"),
    "B07 an underscore": variants("amount", "without separators", "1_000", "1_000_000"),
    "B08 other digits": variants("amount", "plain digits", "１２", "٣", "½", "²"),
    "B09 no number": variants("amount", "plain digits", "NaN", "sNaN", "Infinity", "inf", "0x10"),
    "B09 no number, signed": variants("amount", "without a sign", "-inf", "-NaN"),
    "B10 endless": variants("amount", "too long", "9" * 5000, "0." + "1" * 4000),
    "B10 a huge exponent": variants("amount", "no exponent", "1e1000000"),
    "B11 nine decimals": variants("amount", "at most 8 decimals", "0.123456789", "1.000000000"),
    "B12 too small": variants("amount", "The smallest order is 0.00004 BTC.", "0.00003999"),
    "B12 too large": variants("amount", "The largest order is 2\u202f000.00 BTC.", "2000.00000001"),
    "B13 too much to buy": variants(
        "amount", "only 50\u202f000.00 USD is available", "0.83333334", "1"
    ),
    "B13 too much to sell": variants(
        "amount", "Only 0.50 BTC is available", "0.50000001", side="sell", price="62000"
    ),
    "B14 signs nobody sees": [
        *variants("amount", "without a sign", "\u22121"),
        *variants("amount", "plain digits", "\u202e1", "1\u200b", "\u200f0.01"),
    ],
    "B15 control characters": variants("amount", "plain digits", "1\x00", "1\n2", "1\r2", "\x1b1"),
    "B16 units": variants("amount", "plain digits", "$5", "5 BTC", "50%", "5€"),
    "B17 no price": [
        *variants("price", "Enter a price.", "", "  "),
        *variants("price", "Enter a price.", "", type="FOK"),
        *variants("price", "Enter a price.", "", type="IOC"),
        *variants("price", "Enter a price.", "", type="STOP_LIMIT", stop="62000"),
        *variants("stop", "Enter a stop.", "", type="STOP"),
        *variants("distance", "Enter a distance.", "", type="TRAILING_STOP"),
    ],
    "B19 six digits": [
        *variants("price", "use 61234, or another price", "61234.5"),
        *variants("price", "use 0.12345, or", "0.123456"),
        *variants("stop", "use 62000, or", "62000.1", type="STOP"),
    ],
    "B22 a stop that would go off at once": [
        *variants("stop", "lies above the market", "60000", "61000", type="STOP"),
        *variants("stop", "lies below the market", "62000", "61000", type="STOP", side="sell"),
        *variants("stop", "lies above the market", "60000", type="STOP_LIMIT"),
    ],
    "B23 half a pair": variants("stop", "Enter a stop.", "", **PAIR | {"stop": ""}),
    "B23 a pair the wrong way round": [
        *variants("stop", "lies above the limit", "59000", "60000", flags=["oco"]),
        *variants(
            "stop", "lies below the limit", "63000", side="sell", price="62000", flags=["oco"]
        ),
    ],
    "B24 no distance": [
        *variants("distance", "without a sign", "-5", type="TRAILING_STOP"),
        *variants("distance", "must be smaller", "61000", "90000", type="TRAILING_STOP"),
        *variants("distance", "above 0", "0", type="TRAILING_STOP"),
    ],
    "B25 no type": variants(
        "type", "Choose a type", "limit", "TWAP", "LIMIT;MARKET", "EXCHANGE LIMIT", "", "64"
    ),
    "B25 a list of types": [({"type": ["LIMIT", "MARKET"]}, "type", "came twice")],
    "B26 no side": variants("side", "Choose buy or sell.", "hold", "", "BUY", "buy,sell"),
    "B26 both sides": [({"side": ["buy", "sell"]}, "side", "came twice")],
    "B27 no flag": variants(
        "flags", "There is no such option.", "-1", "2147483648", "1", "4096", "close", "\x00"
    ),
    "B27 flags that do not fit": [
        *variants("flags", "A market order cannot be post only", "post-only", type="MARKET"),
        *variants("flags", "A market order cannot be hidden", "hidden", type="MARKET"),
        *variants("flags", "A stop order cannot be one of a pair", "oco", **STOP),
        *variants("flags", "A trailing stop order cannot be post only", "post-only", **TRAILING),
        *variants("flags", "Reduce only is for positions", "reduce-only"),
    ],
    "B27 a flag twice": [({"flags": ["hidden", "hidden"]}, "flags", "came twice")],
    "B28 no leverage": variants(
        "leverage", "1 to 100", "0", "101", "1.5", "-3", "x", "９", "9" * 99
    ),
    "B28 leverage on spot": variants("leverage", "perpetual contracts only", "1", "10"),
    "B28 no margin here": variants("wallet", "cannot be traded with the margin", "margin"),
    "B28 no wallet": variants("wallet", "Choose a wallet.", "funding", "MARGIN"),
    "B29 no end": [
        *variants("tif", "has passed", "2020-01-01 00:00"),
        *variants("tif", "no such day", "2027-02-30 10:00", "2027-01-01 25:00", "2027-13-01 10:00"),
        *variants("tif", "at most a year", "9999-12-31 23:59", YEARS),
        *variants("tif", "Write the end as", "25:00", "tomorrow", "2027-1-1 1:00", "1800000000"),
        *variants("tif", "is over at once", SOON, type="MARKET"),
    ],
    "B30 nearly a market": variants(
        "symbol", "no such market", "btcusd", "tBTC/USD", "fUSD", "BTCUSD", "tbtcusd"
    ),
    "B31 a path": variants(
        "symbol", "no such market", "../../etc", "%2e%2e", "tBTCUSD?x=", "tBTC%00", "tBTCUSD\x00"
    ),
    "B32 no market": [
        *variants("symbol", "Did you mean BTC/USD (tBTCUSD)?", "tBTCUSX"),
        *variants("symbol", "no such market", "t" + "B" * 300, "🚀"),
        *variants("symbol", "Choose a market.", ""),
    ],
    "B35 a field twice": [
        ({"amount": ["0.01", "0.02"]}, "amount", "came twice"),
        ({"price": ["60000", "60000"]}, "price", "came twice"),
    ],
    "B35 a field as a list": [({"amount": "", "amount[]": "0.01"}, "amount", "Enter an amount.")],
}

Post = Callable[[Any], str]


@pytest.fixture
def post(owner_client: Client, paper: PaperExchange) -> Post:
    """Post a ticket with changes and return the answer, of which nothing was sent on."""

    def send(changes: Any) -> str:
        before = len(paper.ledger.requests)
        answer = owner_client.post("/orders/new/", ticket() | changes)

        assert answer.status_code == 422, changes
        assert not Order.objects.exists()
        assert len(paper.ledger.requests) == before
        return html.unescape(answer.content.decode())

    return send


def is_kept(page: str, field: str, typed: str) -> bool:
    if field in {"side", "type", "wallet", "flags"} or "\x00" in typed:
        return True  # what is no choice cannot be shown as one
    return f'name="{field}"' in page and f'value="{typed}"' in page


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_input_is_named_kept_and_sent_nowhere(post: Post, name: str) -> None:
    for changes, field, words in REFUSED[name]:
        page = post(changes)
        typed = changes[field] if isinstance(changes[field], str) else ""

        assert words in page, (name, changes)
        assert is_kept(page, field, typed.strip()), (name, changes)
        assert field == "amount" or 'value="0.01"' in page, "the amount that was typed is gone"


def test_b10_a_megabyte_is_refused_at_once(owner_client: Client, paper: PaperExchange) -> None:
    before = time.monotonic()
    answer = owner_client.post("/orders/new/", ticket(amount="1" * 200_000))
    took = time.monotonic() - before

    assert answer.status_code == 422
    assert took < 1
    assert not Order.objects.exists()


@pytest.mark.parametrize("price", ["", "60000", "abc", "-1", "61234.567"])
def test_b18_a_market_order_ignores_its_price_and_says_so(
    owner_client: Client, paper: PaperExchange, price: str
) -> None:
    answer = owner_client.post("/orders/new/", ticket(type="MARKET", price=price), follow=True)

    assert "a price typed on the ticket is not used" in answer.content.decode()
    assert Order.objects.get().price is None


def test_b20_ten_times_above_the_market_asks_first(
    owner_client: Client, live_bitcoin: Instrument
) -> None:
    asked = ticket(side="sell", price="628300")
    page = owner_client.post("/orders/new/", asked, follow=True).content.decode()

    assert "The price is 10.3× above the market" in page


def test_b21_a_sale_far_under_the_bid_asks_for_the_amount(
    owner_client: Client, live_bitcoin: Instrument
) -> None:
    page = owner_client.post(
        "/orders/new/", ticket(side="sell", price="610"), follow=True
    ).content.decode()

    assert "99.0 % below the market" in page
    assert "Type the amount, 0.01, to go on" in page
