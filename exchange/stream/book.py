"""One order book, kept from a snapshot and the changes after it."""

from __future__ import annotations

import zlib
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from decimal import Decimal

from exchange.models import BookLevel

_CHECKSUM_LEVELS = 25


class _Side:
    """The levels of one side, its prices kept in rising order."""

    __slots__ = ("levels", "prices")

    def __init__(self) -> None:
        self.levels: dict[Decimal, BookLevel] = {}
        self.prices: list[Decimal] = []

    def put(self, level: BookLevel) -> None:
        if level.price not in self.levels:
            insort(self.prices, level.price)
        self.levels[level.price] = level

    def remove(self, price: Decimal) -> None:
        # A level may be gone already: it left the window and was filled at the same time.
        if self.levels.pop(price, None) is not None:
            del self.prices[bisect_left(self.prices, price)]


class Book:
    """Price levels of one symbol at one precision (P0 to P4).

    Source: Bitfinex docs, WebSocket books.
    """

    __slots__ = ("_asks", "_bids")

    def __init__(self, levels: Iterable[BookLevel] = ()) -> None:
        self.replace(levels)

    def replace(self, levels: Iterable[BookLevel]) -> None:
        """Forget everything and start from a snapshot."""
        self._bids, self._asks = _Side(), _Side()
        for level in levels:
            self.update(level)

    def update(self, level: BookLevel) -> None:
        """Set a level, or take it away where its count is 0; the amount's sign names the side."""
        side = self._bids if level.amount > 0 else self._asks
        if level.count > 0:
            side.put(level)
        else:
            side.remove(level.price)

    @property
    def best_bid(self) -> BookLevel | None:
        """The highest price someone pays, if any."""
        side = self._bids
        return side.levels[side.prices[-1]] if side.prices else None

    @property
    def best_ask(self) -> BookLevel | None:
        """The lowest price someone takes, if any."""
        side = self._asks
        return side.levels[side.prices[0]] if side.prices else None

    def bids(self) -> list[BookLevel]:
        """List the bids, best (highest) first."""
        return [self._bids.levels[price] for price in reversed(self._bids.prices)]

    def asks(self) -> list[BookLevel]:
        """List the asks, best (lowest) first; their amounts are negative, as on the wire."""
        return [self._asks.levels[price] for price in self._asks.prices]

    @property
    def is_crossed(self) -> bool:
        """Whether the best bid is not below the best ask: true for moments between two frames."""
        bid, ask = self.best_bid, self.best_ask
        return bid is not None and ask is not None and bid.price >= ask.price

    def checksum(self) -> int:
        """Return the signed CRC-32 of the best 25 levels, in the characters that came.

        Sides alternate, bid first; a level that one side lacks is skipped.
        Source: Bitfinex docs, WebSocket checksum.
        """
        text = ":".join(self._checksum_parts())
        unsigned = zlib.crc32(text.encode())
        return unsigned - 2**32 if unsigned >= 2**31 else unsigned

    def _checksum_parts(self) -> Iterator[str]:
        bids, asks = self.bids(), self.asks()
        for depth in range(_CHECKSUM_LEVELS):
            for side in (bids, asks):
                if depth < len(side):
                    yield side[depth].price_text
                    yield side[depth].amount_text
