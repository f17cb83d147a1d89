from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.live.quotes import Quote
from dashboard.portfolio.valuation import DollarPrice, dollar_price, markets_for, total_of


def quotes(**prices: str) -> dict[str, Quote]:
    """Build quotes by pair, "DOGE_USD" for tDOGE:USD; each later one is a second younger."""
    built = {}
    for number, (pair, last) in enumerate(prices.items()):
        symbol = "t" + pair.replace("_", ":")
        built[symbol] = Quote(
            symbol=symbol,
            last=Decimal(last),
            at_ms=1000 * (number + 1),
            age_at_arrival_ms=60_000 - 1000 * number,
        )
    return built


def test_a_dollar_is_a_dollar_and_ages_not() -> None:
    assert dollar_price("USD", {}) == DollarPrice(price=Decimal(1))


def test_a_direct_market_wins() -> None:
    price = dollar_price("ETH", quotes(ETHUSD="2000", ETHBTC="1", BTCUSD="60000"))

    assert price is not None
    assert price.price == 2000
    assert price.at_ms == 1000


def test_a_stable_coin_is_worth_what_its_market_says() -> None:
    price = dollar_price("UST", quotes(USTUSD="0.998"))

    assert price is not None
    assert price.price == Decimal("0.998")


@pytest.mark.parametrize(
    ("cross", "bridge", "value"),
    [("XXXUST", "USTUSD", "0.5"), ("XXXUDC", "UDCUSD", "0.5"), ("XXXBTC", "BTCUSD", "0.5")],
)
def test_without_a_dollar_market_the_way_goes_over_another(
    cross: str, bridge: str, value: str
) -> None:
    price = dollar_price("XXX", quotes(**{cross: value, bridge: "4"}))

    assert price is not None
    assert price.price == 2


def test_a_cross_is_as_old_as_its_older_half() -> None:
    price = dollar_price("XXX", quotes(BTCUSD="60000", XXXBTC="0.1"))

    assert price is not None
    assert price.at_ms == 1000
    assert price.age_ms is not None
    assert price.age_ms >= 60_000


def test_long_names_are_joined_with_a_colon() -> None:
    price = dollar_price("DOGE", quotes(DOGE_USD="0.1"))

    assert price is not None
    assert price.price == Decimal("0.1")


@pytest.mark.parametrize("name", ["XXX", "", "../../etc", "<b>", "A" * 40])
def test_what_no_market_prices_has_no_price(name: str) -> None:
    assert dollar_price(name, quotes(BTCUSD="60000")) is None


def test_half_a_cross_is_no_price() -> None:
    assert dollar_price("XXX", quotes(XXXBTC="0.1")) is None


def test_a_quote_without_a_last_price_is_no_price() -> None:
    assert dollar_price("BTC", {"tBTCUSD": Quote(symbol="tBTCUSD")}) is None


def test_the_total_names_what_it_could_not_count() -> None:
    prices = {"BTC": DollarPrice(price=Decimal(10), at_ms=5, age_ms=7), "XXX": None}
    total = total_of([("BTC", Decimal(2)), ("XXX", Decimal(1)), ("XXX", Decimal(3))], prices)

    assert total.value == 20
    assert total.unpriced == ("XXX",)
    assert (total.at_ms, total.age_ms) == (5, 7)


def test_nothing_of_a_currency_needs_no_price() -> None:
    total = total_of([("XXX", Decimal(0))], {"XXX": None})

    assert total.value == 0
    assert total.unpriced == ()
    assert total.at_ms is None


@given(
    st.lists(st.tuples(st.sampled_from(["A", "B"]), st.decimals(0, 10**9, places=8)), max_size=20),
)
def test_the_total_is_the_exact_sum(holdings: list[tuple[str, Decimal]]) -> None:
    prices: dict[str, DollarPrice | None] = {
        "A": DollarPrice(price=Decimal("0.1")),
        "B": DollarPrice(price=Decimal(3)),
    }
    total = total_of(holdings, prices)
    expected = sum(amount / 10 if name == "A" else amount * 3 for name, amount in holdings)

    assert total.value == expected


@pytest.mark.parametrize(
    ("currency", "listed", "needed"),
    [
        ("USD", ["tUSTUSD"], ()),
        ("BTC", ["tBTCUSD", "tBTCUST", "tUSTUSD"], ("tBTCUSD",)),
        ("XXX", ["tXXXUST", "tUSTUSD", "tXXXBTC", "tBTCUSD"], ("tXXXUST", "tUSTUSD")),
        ("XXX", ["tXXXUST", "tXXXBTC", "tBTCUSD"], ("tXXXBTC", "tBTCUSD")),
        ("DOGE", ["tDOGE:USD"], ("tDOGE:USD",)),
        ("XXX", ["tXXXUST"], ()),
        ("../etc", ["tBTCUSD"], ()),
    ],
)
def test_a_currency_is_valued_by_the_markets_that_its_price_is_taken_from(
    currency: str, listed: list[str], needed: tuple[str, ...]
) -> None:
    assert markets_for(currency, listed) == needed


def test_the_markets_that_value_a_currency_are_enough_for_its_price() -> None:
    known = quotes(XXXUST="3", USTUSD="2", XXXBTC="9", BTCUSD="60000")
    needed = markets_for("XXX", known)
    price = dollar_price("XXX", {symbol: known[symbol] for symbol in needed})

    assert price is not None
    assert price.price == 6
