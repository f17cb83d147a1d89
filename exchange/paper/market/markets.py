"""Which pairs the paper exchange lists, and how lively each of them is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from exchange.paper.market.currencies import BY_CODE, CURRENCIES, USD, Currency
from exchange.paper.numbers import parse_units

__all__ = ["CURRENCIES", "TRADES_A_TURN", "USD", "Currency", "Market", "catalogue", "pair_name"]

# How often a turn of the bots ends in a trade, with those that a moving price brings along.
TRADES_A_TURN = 0.6

# What part of a base's turnover each quote currency draws; the order is that of the listing.
_SHARES = {
    "USD": 0.55,
    "UST": 0.28,
    "BTC": 0.08,
    "ETH": 0.04,
    "UDC": 0.05,
    "EUR": 0.05,
    "GBP": 0.02,
    "JPY": 0.02,
    "EUT": 0.01,
    "XAUT": 0.005,
    "CNHT": 0.003,
    "MXNT": 0.002,
    "TRY": 0.003,
}
# Positions are only lent against the quotes that have a deep book.
_MARGIN_QUOTES = {"USD", "UST", "BTC", "EUR", "GBP", "JPY"}
_LIVELY_TURNOVER = 60e6
_LEAST_TURNOVER = 20e3
_LONGEST_REST_STEPS = 250.0
_STEPS_A_DAY = 864_000
_LISTED_FROM_MS = 1_364_774_820_685
_LISTED_APART_MS = 1_000_000_007


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """A pair of currencies that trades against each other.

    minimum and maximum are order sizes in base units. steps_between_actions is how long its
    bots rest on average, day_turnover what it trades in USD. The margins are fractions as
    text, None where nobody lends for it.
    """

    base: Currency
    quote: Currency
    minimum: int
    maximum: int
    steps_between_actions: float
    spread_millionths: int
    day_turnover: float
    first_trade_ms: int
    initial_margin: str | None = None
    minimum_margin: str | None = None

    @property
    def pair(self) -> str:
        """Name without prefix: glued only where both codes have three letters."""
        return pair_name(self.base.code, self.quote.code)

    @property
    def symbol(self) -> str:
        """Name on the wire."""
        return f"t{self.pair}"

    @property
    def counted_in(self) -> str:
        """Code of the currency its amounts are in, whose value tells what sizes are usual."""
        return self.base.code

    @property
    def shown(self) -> str:
        """Name inside the exchange's sentences, always with a slash."""
        return f"{self.base.code}/{self.quote.code}"

    @property
    def actions_a_day(self) -> float:
        """How often its bots take their turn in a day."""
        return _STEPS_A_DAY / self.steps_between_actions


def pair_name(base: str, quote: str) -> str:
    """Join two currency codes as Bitfinex does.

    Source: recorded pub:info:pair of 406 pairs, without an exception.
    """
    glue = "" if len(base) == len(quote) == 3 else ":"
    return f"{base}{glue}{quote}"


@cache
def catalogue() -> tuple[Market, ...]:
    """List every market, USD pairs first. The order is part of what a seed determines."""
    names = [(base, quote) for quote in _SHARES for base in CURRENCIES if quote in base.quotes]
    return tuple(_market(base, BY_CODE[quote], place) for place, (base, quote) in enumerate(names))


def _market(base: Currency, quote: Currency, place: int) -> Market:
    turnover = max(_LEAST_TURNOVER, base.day_turnover * _SHARES[quote.code])
    rest = (_LIVELY_TURNOVER / turnover) ** 0.5 * 1.6
    initial, minimum = _margins(base, quote)
    return Market(
        base=base,
        quote=quote,
        minimum=parse_units(base.minimum),
        maximum=parse_units(base.maximum),
        steps_between_actions=min(_LONGEST_REST_STEPS, max(1.5, rest)),
        spread_millionths=_spread(base, quote),
        day_turnover=turnover,
        first_trade_ms=_LISTED_FROM_MS + place * _LISTED_APART_MS,
        initial_margin=initial,
        minimum_margin=minimum,
    )


def _margins(base: Currency, quote: Currency) -> tuple[str | None, str | None]:
    if base.margin is None or quote.code not in _MARGIN_QUOTES:
        return None, None
    return base.margin, f"{Decimal(base.margin) / 2:f}"


def _spread(base: Currency, quote: Currency) -> int:
    if base.pegged and (quote.pegged or quote is USD):
        return 60
    if base.day_volatility < 0.01 and quote.day_volatility < 0.01:
        return 200
    by_base = 25 if base.day_turnover > 50e6 else 250 if base.day_turnover > 10e6 else 700
    return by_base if quote is USD else by_base * 2
