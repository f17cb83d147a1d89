"""Which currencies and pairs the paper exchange lists, and how lively each of them is.

Names, minimum sizes and codes are Bitfinex's; values and moods are invented but believable.
"""

from __future__ import annotations

from dataclasses import dataclass

from exchange.paper.numbers import parse_units


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """A currency: its wire code, the name and ticker people use, and how its value behaves.

    start_value is in USD, day_volatility a fraction per day, day_turnover in USD.
    pegged values are pulled back to where they started.
    """

    code: str
    label: str
    ticker: str
    start_value: float
    day_volatility: float
    day_turnover: float
    minimum: str
    maximum: str
    pegged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """A pair of currencies that trades against each other.

    minimum and maximum are order sizes in base units. steps_between_actions is how long its
    bots rest on average, day_turnover what it trades in USD.
    """

    base: Currency
    quote: Currency
    minimum: int
    maximum: int
    steps_between_actions: float
    spread_millionths: int
    day_turnover: float
    first_trade_ms: int

    @property
    def pair(self) -> str:
        """Name without prefix: glued only where both codes have three letters."""
        return pair_name(self.base.code, self.quote.code)

    @property
    def symbol(self) -> str:
        """Name on the wire."""
        return f"t{self.pair}"

    @property
    def shown(self) -> str:
        """Name inside the exchange's sentences, always with a slash."""
        return f"{self.base.code}/{self.quote.code}"


def pair_name(base: str, quote: str) -> str:
    """Join two currency codes as Bitfinex does.

    Source: recorded pub:info:pair of 406 pairs, without an exception.
    """
    glue = "" if len(base) == len(quote) == 3 else ":"
    return f"{base}{glue}{quote}"


def _coin(
    code: str,
    label: str,
    start_value: float,
    day_volatility: float,
    day_turnover: float,
    minimum: str,
    ticker: str = "",
) -> Currency:
    return Currency(
        code=code,
        label=label,
        ticker=ticker or code,
        start_value=start_value,
        day_volatility=day_volatility,
        day_turnover=day_turnover,
        minimum=minimum,
        maximum=_maximum(minimum),
        pegged=day_volatility < 0.005,
    )


def _maximum(minimum: str) -> str:
    # The one pair of figures known from a recording is BTC's 0.00004 and 2000: keep its ratio.
    return str(parse_units(minimum) // 2) + ".0"


USD = Currency(
    code="USD",
    label="US Dollar",
    ticker="USD",
    start_value=1.0,
    day_volatility=0.0,
    day_turnover=0.0,
    minimum="4.0",
    maximum="200000000.0",
)

COINS = (
    _coin("BTC", "Bitcoin", 61_000.0, 0.026, 130e6, "0.00004"),
    _coin("ETH", "Ethereum", 2_480.0, 0.035, 60e6, "0.0008"),
    _coin("UST", "Tether USDt", 1.0002, 0.0006, 40e6, "4.0", "USDt"),
    _coin("XRP", "XRP", 1.3120, 0.042, 14e6, "4.0"),
    _coin("BNB", "BNB", 586.0, 0.028, 2e6, "0.006"),
    _coin("SOL", "Solana", 98.40, 0.045, 16e6, "0.02"),
    _coin("UDC", "USD Coin", 0.99985, 0.0005, 6e6, "4.0", "USDC"),
    _coin("TRX", "TRON", 0.28510, 0.022, 2e6, "14.0"),
    _coin("DOGE", "Dogecoin", 0.11240, 0.048, 4e6, "34.0"),
    _coin("ADA", "Cardano", 0.34800, 0.045, 2.5e6, "12.0"),
    _coin("HYPE", "Hyperliquid", 29.400, 0.060, 1.2e6, "0.14"),
    _coin("BCHN", "Bitcoin Cash", 512.00, 0.035, 0.9e6, "0.008"),
    _coin("LINK", "Chainlink", 11.260, 0.042, 3e6, "0.4"),
    _coin("LEO", "UNUS SED LEO", 8.9200, 0.012, 0.8e6, "0.4"),
    _coin("ZEC", "Zcash", 246.00, 0.065, 3.5e6, "0.02"),
)

CURRENCIES = (USD, *COINS)

# Each row: a quote currency, and the bases that trade against it.
_PAIRS = (
    ("USD", "BTC ETH UST XRP BNB SOL UDC TRX DOGE ADA HYPE BCHN LINK LEO ZEC"),
    ("UST", "BTC ETH XRP BNB SOL UDC TRX DOGE ADA HYPE BCHN LINK LEO ZEC"),
    ("BTC", "ETH XRP BNB SOL TRX DOGE ADA BCHN LINK LEO ZEC"),
    ("ETH", "XRP SOL TRX ADA LINK LEO"),
    ("UDC", "BTC ETH XRP SOL"),
)
# What part of a base's turnover each quote currency draws.
_SHARES = {"USD": 0.55, "UST": 0.28, "BTC": 0.08, "ETH": 0.04, "UDC": 0.05}
_LIVELY_TURNOVER = 60e6
_LISTED_FROM_MS = 1_364_774_820_685
_LISTED_APART_MS = 7_654_321_987


def catalogue() -> tuple[Market, ...]:
    """List every market, USD pairs first. The order is part of what a seed determines."""
    currencies = {currency.code: currency for currency in CURRENCIES}
    names = [(base, quote) for quote, bases in _PAIRS for base in bases.split()]
    return tuple(
        _market(currencies[base], currencies[quote], place)
        for place, (base, quote) in enumerate(names)
    )


def _market(base: Currency, quote: Currency, place: int) -> Market:
    turnover = base.day_turnover * _SHARES[quote.code]
    return Market(
        base=base,
        quote=quote,
        minimum=parse_units(base.minimum),
        maximum=parse_units(base.maximum),
        steps_between_actions=min(40.0, max(1.5, (_LIVELY_TURNOVER / turnover) ** 0.5 * 1.6)),
        spread_millionths=_spread(base, quote),
        day_turnover=turnover,
        first_trade_ms=_LISTED_FROM_MS + place * _LISTED_APART_MS,
    )


def _spread(base: Currency, quote: Currency) -> int:
    if base.pegged and (quote.pegged or quote is USD):
        return 60
    by_base = 25 if base.day_turnover > 50e6 else 250 if base.day_turnover > 10e6 else 700
    return by_base if quote is USD else by_base * 2
