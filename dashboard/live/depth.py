"""The order book and the latest trades of a symbol, as this web process knows them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Literal

from dashboard.live.quotes import FeedState, state_of


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


@dataclass(frozen=True, slots=True, kw_only=True)
class BookView(Part):
    """Both sides of a book, best price first."""

    bids: tuple[Level, ...]
    asks: tuple[Level, ...]

    @property
    def rows(self) -> list[tuple[Level | None, Level | None]]:
        """Return the levels side by side, as a page draws them."""
        return list(zip_longest(self.bids, self.asks))

    @property
    def spread(self) -> Decimal | None:
        """Return best ask minus best bid, None while a side is empty."""
        return self.asks[0].price - self.bids[0].price if self.bids and self.asks else None


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
