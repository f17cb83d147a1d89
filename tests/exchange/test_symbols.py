from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange import symbols

PAIRS = [
    ("tBTCUSD", "BTC", "USD"),
    ("tUSTUSD", "UST", "USD"),
    ("tDOGE:USD", "DOGE", "USD"),
    ("tBTC:CNHT", "BTC", "CNHT"),
    ("tBTCF0:USTF0", "BTCF0", "USTF0"),
    ("tTESTBTC:TESTUSD", "TESTBTC", "TESTUSD"),
    ("tA:USD", "A", "USD"),
]


@pytest.mark.parametrize(("symbol", "base", "quote"), PAIRS)
def test_a_symbol_splits_and_joins_by_the_colon_rule(symbol, base, quote):
    assert symbols.split(symbol) == (base, quote)
    assert symbols.join(base, quote) == symbol


CODES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=15)


@given(CODES, CODES)
def test_joining_and_splitting_are_inverse(base, quote):
    assert symbols.split(symbols.join(base, quote)) == (base, quote)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "t",
        "BTCUSD",
        "tbtcusd",
        "tBTCUSD ",
        "tBTC/USD",
        "fUSD",
        "tBTCUSDT",
        "tBTC:",
        "t../..:X",
        "tBTCUSD\n",
        "tBTCUS٣",
        "t" + "A" * 16 + ":USD",
    ],
)
def test_what_is_no_symbol_is_refused(text):
    assert not symbols.is_symbol(text)
    with pytest.raises(ValueError, match="not a trading symbol"):
        symbols.checked(text)


def test_a_pair_is_a_symbol_without_its_t():
    assert symbols.symbol_of("DOGE:USD") == "tDOGE:USD"
    assert symbols.pair_of("tBTCUSD") == "BTCUSD"


def test_people_read_public_names():
    names = symbols.CurrencyNames({"UST": "USDt"})

    assert names.public("UST") == "USDt"
    assert names.public("BTC") == "BTC"
    assert names.public_symbol("tUSTUSD") == "USDt/USD"
    assert names.public_symbol("tDOGE:UST") == "DOGE/USDt"


@pytest.mark.parametrize(
    ("price", "cut"),
    [
        ("61234.567", "61234"),
        ("61234", "61234"),
        ("123456", "123450"),
        ("199999", "199990"),
        ("1.234567", "1.2345"),
        ("0.123459", "0.12345"),
        ("0.000012345678", "0.00001234"),
        ("0.00000000999", "0"),
        ("100", "100"),
        ("9.99999", "9.9999"),
    ],
)
def test_a_price_is_cut_to_five_digits_and_eight_decimals(price, cut):
    result = symbols.cut_price(Decimal(price))

    assert result == Decimal(cut)
    assert "E" not in str(result) or result == 0
    assert symbols.price_is_exact(Decimal(price)) == (Decimal(price) == Decimal(cut))


@given(st.decimals(min_value="0.00000001", max_value=10**9, allow_nan=False))
def test_cutting_a_price_twice_changes_nothing_more(price):
    cut = symbols.cut_price(price)

    assert cut <= price
    assert symbols.price_is_exact(cut)


@pytest.mark.parametrize(
    ("amount", "is_exact"),
    [("1", True), ("0.00000001", True), ("-0.000000010", True), ("1.123456789", False)],
)
def test_an_amount_has_eight_decimals_at_most(amount, is_exact):
    assert symbols.amount_is_exact(Decimal(amount)) is is_exact


@pytest.mark.parametrize("symbol", ["fUSD", "fUST", "fTESTUSDT", "fUSTF0"])
def test_funding_symbols_are_an_f_and_a_currency(symbol):
    assert symbols.is_funding_symbol(symbol)
    assert symbols.checked_funding(symbol) == symbol
    assert symbols.checked_currency(symbol[1:]) == symbol[1:]


@pytest.mark.parametrize("text", ["", "f", "tUSD", "fusd", "fUSD/x", "fBTC:USD", "fUSD\n", "USD"])
def test_what_is_no_funding_symbol_gets_into_no_path(text):
    assert not symbols.is_funding_symbol(text)
    with pytest.raises(ValueError, match="not a funding symbol"):
        symbols.checked_funding(text)


@pytest.mark.parametrize("text", ["", "usd", "US D", "USD/x", "../USD", "X" * 16])
def test_what_is_no_currency_gets_into_no_path(text):
    with pytest.raises(ValueError, match="not a currency"):
        symbols.checked_currency(text)
