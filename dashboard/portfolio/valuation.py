"""What wallets are worth in dollars. Pure: balances and quotes in, values out."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from math import prod

from dashboard.decimal_field import trimmed
from dashboard.live.quotes import Quote
from exchange.symbols import join

DOLLAR = "USD"
# Where a currency has no market against the dollar, these have: tried in this order.
BRIDGES = ("UST", "UDC", "BTC", "ETH")


@dataclass(frozen=True, slots=True, kw_only=True)
class DollarPrice:
    """Dollars per unit of a currency, and the oldest quote it rests on (None: the dollar itself).

    `at_ms` is when that quote last changed, `age_ms` how long its source has been silent.
    """

    price: Decimal
    at_ms: int | None = None
    age_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """The value of several holdings; those without a price are named, never counted as zero."""

    value: Decimal
    unpriced: tuple[str, ...]
    at_ms: int | None
    age_ms: int | None


def dollar_price(currency: str, quotes: Mapping[str, Quote]) -> DollarPrice | None:
    """Return what one unit is worth: by its own dollar market, else over another currency."""
    if currency == DOLLAR:
        return DollarPrice(price=Decimal(1))
    for route in routes(currency):
        legs = [leg for symbol in route if (leg := last_price(symbol, quotes))]
        if len(legs) == len(route):
            return DollarPrice(
                price=prod((leg.price for leg in legs), start=Decimal(1)),
                at_ms=oldest(*(leg.at_ms for leg in legs)),
                age_ms=longest(*(leg.age_ms for leg in legs)),
            )
    return None


def routes(currency: str) -> Iterator[tuple[str, ...]]:
    """Yield the ways from a currency to the dollar, the best first, each as its markets."""
    # A currency whose name no symbol can hold has none.
    with suppress(ValueError):
        yield (join(currency, DOLLAR),)
        for bridge in BRIDGES:
            yield join(currency, bridge), join(bridge, DOLLAR)


def markets_for(currency: str, listed: Container[str]) -> tuple[str, ...]:
    """Return the listed markets whose prices value a currency; none for the dollar itself."""
    if currency == DOLLAR:
        return ()
    ways = (route for route in routes(currency) if all(symbol in listed for symbol in route))
    return next(ways, ())


def last_price(symbol: str, quotes: Mapping[str, Quote]) -> DollarPrice | None:
    """Return the last price of a market as it stands, None where there is no such market."""
    found = quotes.get(symbol)
    if found is None or found.last is None:
        return None
    return DollarPrice(price=found.last, at_ms=found.at_ms, age_ms=found.age_ms())


def total_of(
    holdings: Iterable[tuple[str, Decimal]], prices: Mapping[str, DollarPrice | None]
) -> Total:
    """Add up (currency, amount) pairs. An amount of 0 needs no price."""
    value = Decimal(0)
    unpriced: dict[str, None] = {}
    used: list[DollarPrice] = []
    for currency, amount in holdings:
        price = prices.get(currency)
        if not amount:
            continue
        if price is None:
            unpriced[currency] = None
            continue
        value += amount * price.price
        used.append(price)
    return Total(
        value=trimmed(value),
        unpriced=tuple(unpriced),
        at_ms=oldest(*(price.at_ms for price in used)),
        age_ms=longest(*(price.age_ms for price in used)),
    )


def oldest(*times_ms: int | None) -> int | None:
    """Return the earliest known time."""
    return min((at for at in times_ms if at is not None), default=None)


def longest(*ages_ms: int | None) -> int | None:
    return max((age for age in ages_ms if age is not None), default=None)
