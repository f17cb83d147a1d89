from __future__ import annotations

import pytest

from dashboard.markets import selectors
from dashboard.markets.sorting import Sort, headings
from tests.dashboard.markets.samples import list_markets, show_quote


@pytest.fixture
def three_markets(db: None) -> None:
    list_markets("tBTCUSD", "tDOGE:USD", "tETHUSD", "tUSTUSD")
    show_quote("tBTCUSD", last="61240", change="-0.02", volume="2", age_ms=9000)
    show_quote("tETHUSD", last="3120", change="0.05", volume="1000", age_ms=100)
    show_quote("tDOGE:USD", last="0.12", change="0.01", volume="50000", age_ms=3000)


def order(text: str) -> list[str]:
    rows = selectors.market_rows(sort=Sort.from_text(text))
    return [row.instrument.base for row in rows]


@pytest.mark.parametrize(
    ("text", "bases"),
    [
        ("", ["ETH", "BTC", "DOGE", "UST"]),  # 3 120 000, 122 480 and 6 000 dollars
        ("name", ["BTC", "DOGE", "ETH", "UST"]),
        ("-name", ["UST", "ETH", "DOGE", "BTC"]),
        ("last", ["DOGE", "ETH", "BTC", "UST"]),
        ("-last", ["BTC", "ETH", "DOGE", "UST"]),
        ("change", ["BTC", "DOGE", "ETH", "UST"]),
        ("-volume", ["DOGE", "ETH", "BTC", "UST"]),
        ("age", ["ETH", "DOGE", "BTC", "UST"]),
        ("-age", ["BTC", "DOGE", "ETH", "UST"]),
    ],
)
def test_rows_stand_in_the_chosen_order_and_unknown_figures_last(
    three_markets: None, text: str, bases: list[str]
) -> None:
    found = order(text)

    assert found == bases


@pytest.mark.parametrize(
    "text", ["__class__", "--last", "last,bid", "-", "a" * 10_000, "LAST", "é"]
)
def test_b55_a_sort_that_is_no_column_means_the_usual_order(text: str) -> None:
    sort = Sort.from_text(text)

    assert sort == Sort()


def test_a_heading_turns_the_order_that_is_shown_round() -> None:
    by_column = {each.column: each for each in headings(sort=Sort("last", True), search="")}

    assert by_column["last"].href == "?sort=last"
    assert by_column["last"].aria_sort == "descending"


def test_figures_are_first_sorted_from_the_largest_names_and_ages_from_the_smallest() -> None:
    hrefs = {each.column: each.href for each in headings(sort=Sort(), search="")}

    assert hrefs["volume"] == "?sort=-volume"
    assert hrefs["name"] == "?sort=name"
    assert hrefs["age"] == "?sort=age"


def test_headings_keep_the_search_and_quote_it() -> None:
    first, *_ = headings(sort=Sort(), search="a&b")

    assert first.href == "?q=a%26b&sort=name"
