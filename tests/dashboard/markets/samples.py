"""Markets and quotes for tests to start from."""

from __future__ import annotations

from decimal import Decimal

from dashboard.live.quotes import Quote
from dashboard.markets.models import Instrument
from exchange.symbols import split
from tests.dashboard.quotes import show

NAMES = {"UST": "USDt"}
LABELS = {"BTC": "Bitcoin", "ETH": "Ethereum", "UST": "Tether USDt", "DOGE": "Dogecoin"}


def list_market(symbol: str, *, is_listed: bool = True) -> Instrument:
    base, quote = split(symbol)
    return Instrument.objects.create(
        symbol=symbol,
        base=base,
        quote=quote,
        base_name=NAMES.get(base, base),
        quote_name=NAMES.get(quote, quote),
        label=LABELS.get(base, ""),
        minimum=Decimal("0.00006"),
        maximum=Decimal(2000),
        is_listed=is_listed,
    )


def list_markets(*symbols: str) -> None:
    for symbol in symbols:
        list_market(symbol)


def show_quote(symbol: str, *, age_ms: int = 100, **figures: str) -> Quote:
    """Put a quote on the board; figures are texts, the last price 100 where none is given."""
    figures = {"last": "100", **figures}
    quote = Quote(
        symbol=symbol,
        at_ms=1_700_000_000_000,
        age_at_arrival_ms=age_ms,
        **{name: Decimal(figure) for name, figure in figures.items()},
    )
    show(quote)
    return quote
