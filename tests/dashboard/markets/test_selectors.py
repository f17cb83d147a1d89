from __future__ import annotations

import time
from decimal import Decimal

import pytest

from dashboard.live.quotes import FIELDS
from dashboard.markets import selectors
from tests.dashboard.markets.samples import list_market, list_markets, show_quote

pytestmark = pytest.mark.django_db


def symbols(search: str) -> list[str]:
    return [each.symbol for each in selectors.instruments(search)]


@pytest.mark.parametrize(
    "search",
    ["btc", "BTC/USD", "tBTCUSD", "btcusd", "bitcoin", "  btc  ", "usd btc", "itco"],
)
def test_a_market_is_found_by_pair_symbol_or_name(search: str) -> None:
    list_markets("tBTCUSD", "tETHUSD")

    assert symbols(search) == ["tBTCUSD"]


def test_a_market_is_found_by_its_public_name_and_by_its_wire_name() -> None:
    list_markets("tUSTUSD", "tBTCUSD")

    assert symbols("usdt") == symbols("ust") == ["tUSTUSD"]


@pytest.mark.parametrize("hostile", ["%", "_", "'", "<script>", "(a+)+$", "\\", "x" * 10_000, "💣"])
def test_b54_a_hostile_search_finds_nothing_and_finds_it_fast(hostile: str) -> None:
    list_markets("tBTCUSD", "tETHUSD")
    started = time.thread_time()

    found = symbols(hostile)

    assert found == []
    assert time.thread_time() - started < 0.2


def test_b54_invisible_signs_do_not_count() -> None:
    list_markets("tBTCUSD", "tETHUSD")

    assert symbols("\u202ebtc\x00") == ["tBTCUSD"]


@pytest.mark.parametrize(
    "text", ["", "btcusd", "BTCUSD", "tBTCUSD ", "tBTC/USD", "tBTC\x00USD", "💣"]
)
def test_an_instrument_has_exactly_its_symbol(text: str) -> None:
    list_market("tBTCUSD")

    assert selectors.instrument(text) is None


def test_a_market_the_exchange_dropped_is_no_instrument() -> None:
    list_market("tBTCUSD", is_listed=False)

    assert selectors.instrument("tBTCUSD") is None
    assert selectors.was_listed("tBTCUSD")


def test_an_instrument_says_what_people_call_it() -> None:
    list_markets("tUSTUSD", "tDOGE:USD")

    names = [each.public_name for each in selectors.instruments()]

    assert names == ["DOGE/USD", "USDt/USD"]
    assert str(selectors.instrument("tDOGE:USD")) == "DOGE/USD"


def test_a_row_without_a_quote_has_cells_that_claim_nothing() -> None:
    list_market("tBTCUSD")

    (row,) = selectors.market_rows()

    assert row.quote is None
    assert set(row.cells) == set(FIELDS)
    assert {cell.state for cell in row.cells.values()} == {"off"}
    assert {cell.value for cell in row.cells.values()} == {""}


def test_turnover_is_counted_in_dollars_over_the_quote_currency() -> None:
    crossed = list_market("tETHBTC")
    quotes = {
        "tETHBTC": show_quote("tETHBTC", last="0.05", volume="10"),
        "tBTCUSD": show_quote("tBTCUSD", last="60000"),
    }

    assert selectors.turnover(crossed, quotes) == Decimal(30_000)


def test_turnover_is_unknown_without_a_dollar_price_of_the_quote_currency() -> None:
    crossed = list_market("tETHBTC")

    assert selectors.turnover(crossed, {"tETHBTC": show_quote("tETHBTC", volume="10")}) is None


def test_the_strip_keeps_its_fifteen_places_whatever_is_listed() -> None:
    list_markets("tZECUSD", "tBTCUSD", "tETHBTC")
    list_market("tLEOUSD", is_listed=False)
    show_quote("tBTCUSD", last="61240")

    strip = selectors.strip()

    assert [item.symbol for item in strip] == list(selectors.STRIP)
    assert len(strip) == 15
    assert [item.symbol for item in strip if item.row] == ["tBTCUSD", "tZECUSD"]
    assert strip[0].row is not None
    assert strip[0].row.cells["last"].value == "61240"


@pytest.mark.parametrize("text", ["BTCUSD", "btcusd", "tbtcusd", "TBTCUSD", " tBTCUSD"])
def test_another_spelling_of_a_symbol_leads_to_the_market(text: str) -> None:
    list_market("tBTCUSD")

    found = selectors.canonical(text)

    assert found is not None
    assert found.symbol == "tBTCUSD"


def test_b30_a_spelling_that_fits_two_markets_leads_to_neither() -> None:
    list_markets("tTRXUSD", "tRXUSD:USD")

    assert selectors.canonical("trxusd") is not None
    assert selectors.canonical("trxusd:usd") is not None
    list_market("tTRXUSD:USD")
    assert selectors.canonical("trxusd:usd") is None


@pytest.mark.parametrize("text", ["tBTCUSX", "btcus", "tBTCUUSD", "BTC/USD"])
def test_b32_an_unknown_symbol_has_a_nearest_match(text: str) -> None:
    list_markets("tBTCUSD", "tDOGE:UST")

    found = selectors.nearest(text)

    assert found is not None
    assert found.symbol == "tBTCUSD"


@pytest.mark.parametrize("text", ["", "💣", "zzzzzz", "../../etc", "\x00"])
def test_b32_what_looks_like_no_symbol_has_no_nearest_match(text: str) -> None:
    list_markets("tBTCUSD", "tDOGE:UST")

    assert selectors.nearest(text) is None


def test_nothing_is_known_before_the_exchange_was_asked() -> None:
    assert not selectors.has_instruments()
    list_market("tBTCUSD")
    assert selectors.has_instruments()
