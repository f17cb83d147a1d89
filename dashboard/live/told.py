"""A quote as the relay told it: read into numbers only when somebody asks for them.

Of the hundreds of symbols that a flush may tell of, few are looked at, and most values are
overtaken before anybody needs them as numbers.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from decimal import Decimal

from dashboard.live.events import QuoteValues
from dashboard.live.quotes import Quote, Standing


class ToldQuote:
    """One symbol's newest values as texts, and when they arrived on this process's clock."""

    __slots__ = ("_quote", "arrived", "values")

    def __init__(self, values: QuoteValues, arrived: float) -> None:
        self.values = values
        self.arrived = arrived
        self._quote: Quote | None = None

    def age_ms(self) -> int:
        """Return how long the exchange has been silent about this symbol."""
        return self.values["age_ms"] + round((time.monotonic() - self.arrived) * 1000)

    def quote(self) -> Quote:
        """Return the values as numbers, read once; threads that ask together get equal ones."""
        if self._quote is None:
            self._quote = quote_from(self.values, self.arrived)
        return self._quote


class ToldQuotes(Mapping[str, Quote]):
    """Quotes by symbol as they were told at one moment, each read when it is looked up."""

    def __init__(self, told: Mapping[str, ToldQuote]) -> None:
        self._told = told

    def __getitem__(self, symbol: str) -> Quote:
        return self._told[symbol].quote()

    def __iter__(self) -> Iterator[str]:
        return iter(self._told)

    def __len__(self) -> int:
        return len(self._told)


def quote_from(values: QuoteValues, arrived: float) -> Quote:
    return Quote(
        symbol=values["symbol"],
        last=decimal(values["last"]),
        bid=decimal(values["bid"]),
        ask=decimal(values["ask"]),
        change=decimal(values["change"]),
        volume=decimal(values["volume"]),
        high=decimal(values["high"]),
        low=decimal(values["low"]),
        at_ms=values["at_ms"],
        is_streamed=values["is_streamed"],
        standing=Standing(values.get("standing", "")),
        age_at_arrival_ms=values["age_ms"],
        arrived=arrived,
    )


def decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
