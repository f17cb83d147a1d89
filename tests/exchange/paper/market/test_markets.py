from __future__ import annotations

import pytest

from exchange.paper.market.markets import CURRENCIES, catalogue, pair_name
from tests.exchange.paper.clock import START_MS

STRIP = (
    "tBTCUSD tETHUSD tUSTUSD tXRPUSD tBNBUSD tSOLUSD tUDCUSD tTRXUSD tDOGE:USD tADAUSD"
    " tHYPE:USD tBCHN:USD tLINK:USD tLEOUSD tZECUSD"
)


def test_the_ticker_strip_is_listed_first() -> None:
    assert " ".join(market.symbol for market in catalogue()[:15]) == STRIP


def test_there_are_hundreds_of_pairs_and_no_name_twice() -> None:
    symbols = [market.symbol for market in catalogue()]

    assert 300 <= len(symbols) == len(set(symbols))
    assert {"tETHBTC", "tDOGE:BTC", "tBTCUST", "tSOLETH", "tBTCUDC", "tBTC:CNHT"} <= set(symbols)
    assert {"tBTCEUR", "tETHGBP", "tBTCJPY", "tBTC:XAUT", "tEUTEUR", "tJPYUST"} <= set(symbols)


@pytest.mark.parametrize(
    ("base", "quote", "name"),
    [("BTC", "USD", "BTCUSD"), ("DOGE", "USD", "DOGE:USD"), ("BTC", "CNHT", "BTC:CNHT")],
)
def test_only_two_codes_of_three_letters_are_glued(base: str, quote: str, name: str) -> None:
    assert pair_name(base, quote) == name


def test_every_currency_can_be_traded() -> None:
    traded = {currency for market in catalogue() for currency in (market.base, market.quote)}

    assert traded == set(CURRENCIES)


def test_prices_leave_room_between_them() -> None:
    for market in catalogue():
        price = market.base.start_value / market.quote.start_value

        assert 1e-6 < price < 1e8


def test_order_sizes_make_sense() -> None:
    for market in catalogue():
        assert 0 < market.minimum < market.maximum
    bitcoin = catalogue()[0]
    assert (bitcoin.minimum, bitcoin.maximum) == (4_000, 2_000 * 10**8)


def test_the_least_order_is_worth_a_few_dollars() -> None:
    worth = [float(c.minimum) * c.start_value for c in CURRENCIES if c.code != "BMN"]

    assert 0.02 < min(worth) < max(worth) < 20


def test_margin_is_lent_for_some_pairs_only() -> None:
    margins = {market.symbol: market.initial_margin for market in catalogue()}
    bitcoin = catalogue()[0]

    assert (bitcoin.initial_margin, bitcoin.minimum_margin) == ("0.2", "0.1")
    assert margins["tADABTC"] == "0.3"
    assert margins["tHYPE:USD"] is None
    assert margins["tBTCTRY"] is None


def test_every_market_was_listed_in_the_past() -> None:
    listed = [market.first_trade_ms for market in catalogue()]

    assert min(listed) == 1_364_774_820_685
    assert max(listed) < START_MS - 366 * 24 * 3_600_000


def test_tether_is_known_by_two_codes() -> None:
    tether = next(currency for currency in CURRENCIES if currency.code == "UST")

    assert (tether.ticker, tether.pegged) == ("USDt", True)


def test_a_market_is_told_with_a_slash() -> None:
    assert catalogue()[8].shown == "DOGE/USD"
