"""Markets to look at, not to trade on: perpetuals, and the funding of a few currencies.

Both are run by the same bots as pairs. A perpetual is worth what its underlying pair is worth. A
funding market's price is the daily rate; each loan's period follows from its number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from exchange.paper.market.currencies import BY_CODE, USD, Currency
from exchange.paper.market.markets import Market, pair_name
from exchange.paper.numbers import parse_units

FUTURE = "F0"
_UNDERLYINGS = (
    "BTC ETH SOL XRP DOGE LTC ADA LINK AVAX DOT SUI UNI AAVE XLM NEAR APT FIL ETC ATO ALG ARB"
    " EOS XTZ XMR XAUT"
)
# Daily rates on the first day.
_RATES = {"USD": 0.00031, "UST": 0.00027, "BTC": 0.0000042, "ETH": 0.0000061, "EUR": 0.00009}
_RATE_MOVES = 0.09
_LENT_A_DAY_USD = 9e6
_LEAST_LOAN_USD = 150.0
_PERIODS = (2, 2, 2, 2, 2, 3, 5, 7, 10, 14, 30, 30, 30, 60, 90, 120)
_MIXED = 2_654_435_761


@dataclass(frozen=True, slots=True, kw_only=True)
class Perpetual(Market):
    """A perpetual future on a pair. Its codes are those of the pair, with F0 behind."""

    @property
    def pair(self) -> str:
        """Name without prefix."""
        return pair_name(self.base.code + FUTURE, self.quote.code + FUTURE)

    @property
    def symbol(self) -> str:
        """Name on the wire."""
        return f"t{self.pair}"

    @property
    def underlying(self) -> str:
        """Wire name of the pair it follows."""
        return f"t{pair_name(self.base.code, self.quote.code)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding(Market):
    """The loans of one currency. Prices are daily rates, amounts are in the currency."""

    @property
    def pair(self) -> str:
        """Name without prefix."""
        return self.base.code[1:]

    @property
    def symbol(self) -> str:
        """Name on the wire."""
        return self.base.code

    @property
    def counted_in(self) -> str:
        """Code of the currency that is lent."""
        return self.base.code[1:]


def valued(code: str) -> Currency:
    """Return what has a value under this code: a currency, or a rate such as "fUSD"."""
    return RATES[code] if code in RATES else BY_CODE[code]


def period_of(number: int) -> int:
    """Return for how many days the offer or loan of this number runs."""
    return _PERIODS[number * _MIXED % 2**32 * len(_PERIODS) // 2**32]


@cache
def showcase() -> tuple[Market, ...]:
    """List the perpetuals, then the funding markets."""
    perpetuals = (_perpetual(BY_CODE[code]) for code in _UNDERLYINGS.split())
    return (*perpetuals, *map(_funding, RATES.values()))


def _rate(code: str, rate: float) -> Currency:
    return replace(
        BY_CODE[code],
        code=f"f{code}",
        start_value=rate,
        day_volatility=_RATE_MOVES,
        day_turnover=_LENT_A_DAY_USD,
    )


def _perpetual(base: Currency) -> Market:
    return Perpetual(
        base=base,
        quote=BY_CODE["UST"],
        minimum=parse_units(base.minimum),
        maximum=parse_units(base.maximum),
        steps_between_actions=12.0,
        spread_millionths=300,
        day_turnover=base.day_turnover,
        first_trade_ms=1_568_123_933_000,
        initial_margin="0.01",
        minimum_margin="0.005",
    )


def _funding(rate: Currency) -> Market:
    least = _LEAST_LOAN_USD / BY_CODE[rate.code[1:]].start_value
    return Funding(
        base=rate,
        quote=USD,
        minimum=parse_units(f"{least:.8f}"),
        maximum=parse_units("100000000"),
        steps_between_actions=25.0,
        spread_millionths=30_000,
        day_turnover=rate.day_turnover,
        first_trade_ms=1_364_824_380_000,
    )


RATES = {f"f{code}": _rate(code, rate) for code, rate in _RATES.items()}
