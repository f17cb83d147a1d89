"""The newest market data in this web process: the hub writes it, views read it.

Worker processes never fill theirs. Whole values are swapped under one lock-free reference, so a
reader in another thread sees the old one or the new one, never a mixture.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.figures import age_text
from dashboard.live.candles import CandlesView
from dashboard.live.depth import BookView, TradesView
from dashboard.live.events import VitalsTold
from dashboard.live.quotes import FeedState, Quote, absent_cells, state_of
from dashboard.live.told import ToldQuote, ToldQuotes

__all__ = ["Board", "Feed", "absent_cells", "board"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """How the link to the exchange is: `reason` is a sentence for people, "" when all is well."""

    state: FeedState
    age_ms: int | None
    reason: str

    @property
    def text(self) -> str:
        """Return the chip's words; the browser goes on counting from here."""
        return f"feed {self.state}" + ("" if self.age_ms is None else f" {age_text(self.age_ms)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beacon:
    """The relay's last word about itself."""

    age_at_arrival_ms: int | None
    reason: str
    arrived: float


class Board:
    """Newest quote, book and trades by symbol, and the state of the feed."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._quotes: dict[str, ToldQuote] = {}
        self._books: dict[str, BookView] = {}
        self._trades: dict[str, TradesView] = {}
        self._candles: dict[str, CandlesView] = {}
        self._beacon: Beacon | None = None
        self._vitals: tuple[VitalsTold, float] | None = None

    def quote(self, symbol: str) -> Quote | None:
        told = self._quotes.get(symbol)
        return told.quote() if told else None

    def quotes(self) -> Mapping[str, Quote]:
        """Return the quotes of all symbols as they stand at this moment."""
        return ToldQuotes(dict(self._quotes))

    def told(self, symbol: str) -> ToldQuote | None:
        """Return a quote in the words of the relay."""
        return self._quotes.get(symbol)

    def book(self, name: str) -> BookView | None:
        """Return a book by its name: "tBTCUSD" is the exact one, "tBTCUSD:P1" a coarser."""
        return self._books.get(name)

    def trades(self, symbol: str) -> TradesView | None:
        return self._trades.get(symbol)

    def candles(self, topic: str) -> CandlesView | None:
        return self._candles.get(topic)

    def feed(self) -> Feed:
        """Return how the feed is; a relay that no longer speaks ages like any other source."""
        beacon = self._beacon
        if beacon is None or beacon.age_at_arrival_ms is None:
            reason = beacon.reason if beacon else "No prices have arrived yet."
            return Feed(state=FeedState.OFF, age_ms=None, reason=reason)
        age_ms = beacon.age_at_arrival_ms + round((time.monotonic() - beacon.arrived) * 1000)
        state = state_of(age_ms, is_streamed=True)
        silent = "" if state is not FeedState.STALE else "The exchange's feed has gone silent."
        return Feed(state=state, age_ms=age_ms, reason=beacon.reason or silent)

    def vitals(self) -> tuple[VitalsTold, int] | None:
        """Return the relay's newest word about its link, and how old that word is in ms."""
        if self._vitals is None:
            return None
        told, arrived = self._vitals
        return told, round((time.monotonic() - arrived) * 1000)

    def hear_vitals(self, told: VitalsTold) -> None:
        self._vitals = told, time.monotonic()

    def hear_quote(self, told: ToldQuote) -> None:
        self._quotes[told.values["symbol"]] = told

    def replace_book(self, book: BookView) -> None:
        self._books[book.name] = book

    def replace_trades(self, trades: TradesView) -> None:
        self._trades[trades.symbol] = trades

    def replace_candles(self, candles: CandlesView) -> None:
        self._candles[candles.topic] = candles

    def hear_relay(self, age_ms: int | None, reason: str) -> None:
        self._beacon = Beacon(age_at_arrival_ms=age_ms, reason=reason, arrived=time.monotonic())


board = Board()
