"""Feeds of order books: by price level, and order by order.

A feed belongs to a market, not to a socket, and notes at every flush what is new.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from itertools import chain
from typing import Generic, TypeVar

from exchange.paper.market.showcase import period_of
from exchange.paper.market_rows import funding_book_row, funding_levels
from exchange.paper.numbers import UNIT, dumps, number
from exchange.paper.rows import Row, book_row, raw_book_row
from exchange.paper.stream.checksum import book_checksum
from exchange.paper.trading.desk import LiveMarket
from exchange.paper.trading.raw_book import nearest_orders

Name = TypeVar("Name")
Level = tuple[int, int]


class AnyBookFeed(ABC, Generic[Name]):
    """Follow one market's book at one length and pace.

    `changes` holds the row frames of the newest flush, in the order to send them. A level has a
    name, such as its price or the id of an order, and two figures.
    """

    def __init__(self, live: LiveMarket, length: int, period_ms: int) -> None:
        self._live = live
        self._length = length
        self._period_ms = period_ms
        self._due_ms = 0
        self._version = live.book.version
        self._bids, self._asks = self._sides()
        self.changes: list[str] = []

    def flush(self, now_ms: int) -> None:
        """Compare the book with what was last told and note the difference, when it is time."""
        self.changes = []
        version = self._live.book.version
        if now_ms < self._due_ms or version == self._version:
            return
        self._due_ms, self._version = now_ms + self._period_ms, version
        bids, asks = self._sides()
        # Deletions first, so that nobody ever sees the book crossed.
        rows = chain(
            self._gone(self._bids, bids, 1),
            self._gone(self._asks, asks, -1),
            self._new(self._bids, bids, 1),
            self._new(self._asks, asks, -1),
        )
        self.changes = [dumps(row) for row in rows]
        self._bids, self._asks = bids, asks

    def snapshot(self) -> str:
        """Return all levels as last told: bids from the best down, then asks from the best up."""
        rows = chain(self._new({}, self._bids, 1), self._new({}, self._asks, -1))
        return dumps(list(rows))

    def checksum(self) -> int | None:
        """Return the checksum of the levels as last told; None for a book that has none."""
        return None

    def _sides(self) -> tuple[dict[Name, Level], dict[Name, Level]]:
        return self._levels(is_buy=True), self._levels(is_buy=False)

    def _gone(self, told: dict[Name, Level], now: dict[Name, Level], sign: int) -> Iterator[Row]:
        return (self._deletion(name, sign) for name in told if name not in now)

    def _new(self, told: dict[Name, Level], now: dict[Name, Level], sign: int) -> Iterator[Row]:
        for name, level in now.items():
            if told.get(name) != level:
                yield self._row(name, level, sign)

    @abstractmethod
    def _levels(self, *, is_buy: bool) -> dict[Name, Level]:
        """Return the best levels of a side, best first."""

    @abstractmethod
    def _row(self, name: Name, level: Level, sign: int) -> Row: ...

    @abstractmethod
    def _deletion(self, name: Name, sign: int) -> Row: ...


class CheckedBookFeed(AnyBookFeed[int]):
    """A book whose listeners may compare what they hold."""

    def checksum(self) -> int | None:
        """Return the checksum of the levels as last told."""
        return book_checksum(self._texts(self._bids, 1), self._texts(self._asks, -1))

    def _texts(self, levels: dict[int, Level], sign: int) -> list[tuple[str, str]]:
        return [self._words(name, level, sign) for name, level in levels.items()]

    @abstractmethod
    def _words(self, name: int, level: Level, sign: int) -> tuple[str, str]:
        """Return what a checksum is made of."""


class BookFeed(CheckedBookFeed):
    """Levels by price (P0 to P4): how many orders, and their amount."""

    def __init__(self, live: LiveMarket, digits: int, length: int, period_ms: int) -> None:
        self._digits = digits
        super().__init__(live, length, period_ms)

    def _levels(self, *, is_buy: bool) -> dict[int, Level]:
        return self._live.book.levels(is_buy=is_buy, count=self._length, digits=self._digits)

    def _row(self, name: int, level: Level, sign: int) -> Row:
        count, amount = level
        return book_row(name, count, sign * amount)

    def _deletion(self, name: int, sign: int) -> Row:
        return [number(name), 0, sign]

    def _words(self, name: int, level: Level, sign: int) -> tuple[str, str]:
        return number(name), number(sign * level[1])


class RawBookFeed(CheckedBookFeed):
    """Order by order (R0), by id: price and amount. At one price the older id comes first.

    Source: Bitfinex docs, "WebSocket Raw Books" and "WebSocket Checksum".
    """

    def _levels(self, *, is_buy: bool) -> dict[int, Level]:
        return _orders(self._live, is_buy=is_buy, count=self._length)

    def _row(self, name: int, level: Level, sign: int) -> Row:
        price, amount = level
        return raw_book_row(name, price, sign * amount)

    def _deletion(self, name: int, sign: int) -> Row:
        return [name, 0, sign]

    def _words(self, name: int, level: Level, sign: int) -> tuple[str, str]:
        return str(name), number(sign * level[1])


class FundingBookFeed(AnyBookFeed[Level]):
    """Loans by rate and period (P0 to P4): what is below 0 are bids to borrow.

    Source: Bitfinex docs, "WebSocket Books". What its checksum would be is documented nowhere.
    """

    def __init__(self, live: LiveMarket, digits: int, length: int, period_ms: int) -> None:
        self._digits = digits
        super().__init__(live, length, period_ms)

    def _levels(self, *, is_buy: bool) -> dict[Level, Level]:
        book, count, digits = self._live.book, self._length, self._digits
        return funding_levels(book, is_buy=is_buy, count=count, digits=digits)

    def _row(self, name: Level, level: Level, sign: int) -> Row:
        count, amount = level
        return funding_book_row(name, count, -sign * amount)

    def _deletion(self, name: Level, sign: int) -> Row:
        return funding_book_row(name, 0, -sign * UNIT)


class RawFundingFeed(AnyBookFeed[int]):
    """Loans offer by offer (R0), by id: rate and amount, with the signs of `FundingBookFeed`."""

    def _levels(self, *, is_buy: bool) -> dict[int, Level]:
        return _orders(self._live, is_buy=is_buy, count=self._length)

    def _row(self, name: int, level: Level, sign: int) -> Row:
        rate, amount = level
        return [name, period_of(name), number(rate), number(-sign * amount)]

    def _deletion(self, name: int, sign: int) -> Row:
        return [name, period_of(name), 0, -sign]


def _orders(live: LiveMarket, *, is_buy: bool, count: int) -> dict[int, Level]:
    found = nearest_orders(live.book, is_buy=is_buy, count=count)
    return {resting.id: (resting.price, resting.amount) for resting in found}
