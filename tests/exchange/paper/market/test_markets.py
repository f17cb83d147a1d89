from __future__ import annotations

import pytest

from exchange.paper.market.markets import CURRENCIES, USD, catalogue, pair_name

STRIP = (
    "tBTCUSD tETHUSD tUSTUSD tXRPUSD tBNBUSD tSOLUSD tUDCUSD tTRXUSD tDOGE:USD tADAUSD"
    " tHYPE:USD tBCHN:USD tLINK:USD tLEOUSD tZECUSD"
)


def test_the_ticker_strip_is_listed_first() -> None:
    assert " ".join(market.symbol for market in catalogue()[:15]) == STRIP


def test_there_are_crosses_and_no_name_twice() -> None:
    symbols = [market.symbol for market in catalogue()]

    assert 40 <= len(symbols) == len(set(symbols))
    assert {"tETHBTC", "tDOGE:BTC", "tBTCUST", "tSOLETH", "tBTCUDC"} <= set(symbols)


@pytest.mark.parametrize(
    ("base", "quote", "name"),
    [("BTC", "USD", "BTCUSD"), ("DOGE", "USD", "DOGE:USD"), ("BTC", "CNHT", "BTC:CNHT")],
)
def test_only_two_codes_of_three_letters_are_glued(base: str, quote: str, name: str) -> None:
    assert pair_name(base, quote) == name


def test_every_cross_has_a_dollar_market_for_both_legs() -> None:
    priced = {market.base.code for market in catalogue() if market.quote is USD} | {"USD"}

    for market in catalogue():
        assert {market.base.code, market.quote.code} <= priced


def test_order_sizes_make_sense() -> None:
    for market in catalogue():
        assert 0 < market.minimum < market.maximum
    bitcoin = catalogue()[0]
    assert (bitcoin.minimum, bitcoin.maximum) == (4_000, 2_000 * 10**8)


def test_tether_is_known_by_two_codes() -> None:
    tether = next(currency for currency in CURRENCIES if currency.code == "UST")

    assert (tether.ticker, tether.pegged) == ("USDt", True)


def test_a_market_is_told_with_a_slash() -> None:
    assert catalogue()[8].shown == "DOGE/USD"
