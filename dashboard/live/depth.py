"""The order book and the latest trades of a symbol, as this web process knows them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import islice, repeat
from typing import Literal

from dashboard.live.quotes import FeedState, state_of
from dashboard.live.watching import EXACT, book_name

ROWS = 25  # as many as a book's channel has; a thinner book leaves rows empty, and nothing moves


@dataclass(frozen=True, slots=True)
class Level:
    """One price of a book: `amount` in base, `total` what stands up to here, both positive."""

    price: Decimal
    amount: Decimal
    count: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class PublicTrade:
    """One trade; `side` is the taker's."""

    id: int
    time_ms: int
    side: Literal["buy", "sell"]
    amount: Decimal
    price: Decimal

    @property
    def time(self) -> datetime:
        return datetime.fromtimestamp(self.time_ms / 1000, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something a channel feeds, and how long that channel has been silent."""

    symbol: str
    at_ms: int
    age_at_arrival_ms: int = 0
    arrived: float = field(default_factory=time.monotonic)

    def age_ms(self) -> int:
        return self.age_at_arrival_ms + round((time.monotonic() - self.arrived) * 1000)

    @property
    def state(self) -> FeedState:
        return state_of(self.age_ms(), is_streamed=True)


class Check(StrEnum):
    """What the exchange's checksums say of a book."""

    HELD = "held"
    FAILED = "failed"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class BookView(Part):
    """Both sides of a book, best price first, and how long ago its checksum held."""

    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    precision: str = EXACT
    checked_age_at_arrival_ms: int | None = None
    is_broken: bool = False

    @property
    def name(self) -> str:
        """Return what the book is called after `book:` in a topic."""
        return book_name(self.symbol, self.precision)

    @property
    def rows(self) -> list[tuple[Level | None, Level | None]]:
        """Return the levels side by side, as a page draws them: always as many rows."""
        return list(zip(padded(self.bids), padded(self.asks), strict=True))

    @property
    def spread(self) -> Decimal | None:
        """Return best ask minus best bid, None while a side is empty."""
        return self.asks[0].price - self.bids[0].price if self.bids and self.asks else None

    @property
    def middle(self) -> Decimal | None:
        """Return the price between best bid and best ask, None while a side is empty."""
        return (self.asks[0].price + self.bids[0].price) / 2 if self.bids and self.asks else None

    @property
    def check(self) -> Check:
        if self.is_broken:
            return Check.FAILED
        return Check.WAITING if self.checked_age_at_arrival_ms is None else Check.HELD

    def checked_age_ms(self) -> int | None:
        """Return how long ago a checksum held."""
        at_arrival = self.checked_age_at_arrival_ms
        if at_arrival is None:
            return None
        return at_arrival + self.age_ms() - self.age_at_arrival_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class TradesView(Part):
    """The latest trades, newest first."""

    trades: tuple[PublicTrade, ...]


def levels(rows: list[tuple[Decimal, Decimal, int]]) -> tuple[Level, ...]:
    """Return rows of (price, amount, count), best first, with their running totals."""
    total = Decimal(0)
    made = []
    for price, amount, count in rows:
        total += amount
        made.append(Level(price, amount, count, total))
    return tuple(made)


def padded(side: tuple[Level, ...]) -> list[Level | None]:
    return [*side[:ROWS], *islice(repeat(None), max(0, ROWS - len(side)))]
