"""How far open orders are from the market, as a page without scripts tells it."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.test import Client

from dashboard.accounts.models import ExchangeAccount
from dashboard.markets.models import Instrument
from dashboard.orders.distances import off_market
from dashboard.orders.models import Order
from dashboard.orders.states import State
from tests.dashboard.conftest import SetPrice
from tests.dashboard.orders.conftest import text_of

ADDRESSES = ["/orders/", "/orders/?show=open", "/orders/{order}/"]


@pytest.fixture
def waiting(owner_client: Client, open_order: Order) -> Order:
    return open_order


def distance_on(client: Client, address: str, order: Order) -> tuple[dict[str, str], str]:
    """Return what a page's script goes on from, and the words that stand there."""
    page = text_of(client.get(address.format(order=order.pk)))
    found = re.search(r"<span (data-watch=[^>]* data-distance=[^>]*)>([^<]*)</span>", page)
    assert found
    return dict(re.findall(r'data-([a-z]+)="([^"]*)"', found[1])), found[2]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_open_order_says_how_far_it_is_from_the_market(
    owner_client: Client, waiting: Order, set_price: SetPrice, address: str
) -> None:
    set_price("tBTCUSD", "62500", age_ms=1000)
    data, words = distance_on(owner_client, address, waiting)

    assert words == "−4.00\u202f% off the market"
    assert (data["watch"], data["symbol"]) == ("tBTCUSD", "tBTCUSD")
    assert (data["distance"], data["last"], data["state"]) == ("60000", "62500", "live")
    assert int(data["age"]) >= 1000


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_price_that_went_stale_gives_no_distance(
    owner_client: Client, waiting: Order, set_price: SetPrice, address: str
) -> None:
    set_price("tBTCUSD", "62500", age_ms=18_000)
    data, words = distance_on(owner_client, address, waiting)

    assert words == "market not live"
    assert data["state"] == "stale"


@pytest.mark.parametrize("address", ADDRESSES)
def test_where_no_price_is_known_the_first_one_that_comes_is_waited_for(
    owner_client: Client, waiting: Order, address: str
) -> None:
    data, words = distance_on(owner_client, address, waiting)

    assert words == "market not live"
    assert data["watch"] == "tBTCUSD"
    assert (data["last"], data["age"], data["state"]) == ("", "", "off")


@pytest.mark.parametrize(
    "changes", [{"state": State.CANCELED}, {"price": None}], ids=["over", "at the market"]
)
def test_an_order_that_waits_at_no_price_has_no_distance(
    owner_client: Client, waiting: Order, live_bitcoin: Instrument, changes: dict[str, object]
) -> None:
    Order.objects.update(**changes)

    assert "data-distance" not in text_of(owner_client.get("/orders/"))


@pytest.mark.parametrize(
    ("price", "last", "words"),
    [
        ("60000", "60000", "0.00\u202f%"),
        ("60001", "60000.9", "0.00\u202f%"),
        ("1", "60000", "−100.00\u202f%"),
        ("60000", "3", "+1\u202f999\u202f900.00\u202f%"),
        ("61000", "60000", "+1.67\u202f%"),
    ],
)
def test_a_distance_in_words(price: str, last: str, words: str) -> None:
    assert off_market(Decimal(price), Decimal(last)) == f"{words} off the market"


def test_another_account_sees_no_distance(
    stranger_client: Client, account: ExchangeAccount, open_order: Order, live_bitcoin: Instrument
) -> None:
    assert "data-distance" not in text_of(stranger_client.get("/orders/"))
