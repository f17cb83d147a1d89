"""Several markets on one page, and where the last price stands in its day."""

from __future__ import annotations

import pytest
from django.test import Client

from dashboard.markets import selectors
from dashboard.markets.models import Instrument
from tests.dashboard.markets.samples import list_market, list_markets, show_quote
from tests.dashboard.pages.page import Page

pytestmark = pytest.mark.django_db
ADDRESS = "/markets/side-by-side/"


def opened(client: Client, query: str = "") -> Page:
    response = client.get(ADDRESS + query)
    assert response.status_code == 200
    return Page(response.content.decode())


def watched(page: Page) -> list[str]:
    """Return the markets of the panels, in their order."""
    return [
        each["data-watch"] or ""
        for _, each in page.elements
        if each.get("class") == "quote" and "data-watch" in each
    ]


@pytest.fixture(autouse=True)
def _three_markets(db: None) -> None:
    list_markets("tBTCUSD", "tETHUSD", "tDOGE:USD")


def test_nobody_sees_it_without_signing_in() -> None:
    assert Client().get(ADDRESS).status_code == 302


def test_without_a_choice_it_shows_two(owner_client: Client) -> None:
    assert watched(opened(owner_client)) == ["tBTCUSD", "tETHUSD"]


def test_markets_are_named_by_pair_or_symbol_each_once_in_the_order_asked_for(
    owner_client: Client,
) -> None:
    page = opened(owner_client, "?m=doge/usd&m=tBTCUSD&m=BTC/USD&m=")

    assert watched(page) == ["tDOGE:USD", "tBTCUSD"]
    for symbol in watched(page):
        assert page.all_with(data_watch=f"book:{symbol}")
        assert page.all_with(data_watch=f"trades:{symbol}")
        assert page.all_with(href=f"/markets/{symbol}/")
    assert page.repeated_ids() == []
    assert page.dangling_references() == set()


def test_four_are_the_most(owner_client: Client) -> None:
    list_markets("tXRPUSD", "tSOLUSD")
    asked = "&m=".join(["tBTCUSD", "tETHUSD", "tDOGE:USD", "tXRPUSD", "tSOLUSD"])

    assert len(watched(opened(owner_client, f"?m={asked}"))) == 4


@pytest.mark.parametrize("odd", ["nosuch", "<script>alert(1)</script>", "%00", "x" * 5000, "💣"])
def test_what_is_no_market_is_said_beside_its_field(owner_client: Client, odd: str) -> None:
    page = opened(owner_client, f"?m={odd}&m=tBTCUSD")

    assert watched(page) == ["tBTCUSD"]
    assert page.all_with(name="m", aria_invalid="true", aria_describedby="market-1-error")
    assert "<script>alert" not in page.html


def test_before_the_exchange_was_heard_it_calls_no_market_unknown_and_asks_again(
    owner_client: Client,
) -> None:
    Instrument.objects.all().delete()

    page = opened(owner_client, "?m=tETHUSD&m=tBTCUSD")

    assert page.all_with(aria_invalid="true") == []
    assert page.all_with(id="beside", hx_get=f"{ADDRESS}?m=tETHUSD&m=tBTCUSD")


def test_the_panels_alone_say_which_of_them_is_no_market(owner_client: Client) -> None:
    response = owner_client.get(f"{ADDRESS}?m=<b>&m=tBTCUSD", headers={"HX-Request": "true"})
    part = Page(response.content.decode())

    assert part.html.lstrip().startswith('<div id="beside"')
    assert watched(part) == ["tBTCUSD"]
    assert "The exchange lists no &lt;b&gt;." in part.html


def test_with_nothing_to_show_it_says_what_to_write(owner_client: Client) -> None:
    assert "Write two to four pairs above" in opened(owner_client, "?m=nosuch").html


@pytest.mark.parametrize(
    ("last", "place"), [("80", 0), ("100", 50), ("120", 100), ("70", 0), ("130", 100)]
)
def test_the_last_price_has_its_place_between_low_and_high(last: str, place: int) -> None:
    show_quote("tBTCUSD", last=last, low="80", high="120")
    (row,) = selectors.market_rows(among=["tBTCUSD"])

    assert row.place == place
    assert row.place_words == f"{place}\u202f% of the day’s range"


def test_without_a_range_there_is_no_place() -> None:
    show_quote("tETHUSD", last="100", low="100", high="100")
    show_quote("tDOGE:USD", last="100")

    rows = selectors.market_rows()

    assert {(row.place, row.place_words, row.place_x) for row in rows} == {(None, "", "0.0")}


def test_a_market_that_was_dropped_is_no_market_any_more(owner_client: Client) -> None:
    list_market("tOLDUSD", is_listed=False)

    assert watched(opened(owner_client, "?m=tOLDUSD&m=tBTCUSD")) == ["tBTCUSD"]
