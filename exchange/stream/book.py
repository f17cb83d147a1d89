"""Order books, kept from a snapshot and the changes after it."""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable, Iterator
from decimal import Decimal
from typing import Generic, TypeVar

from exchange.models.books import BookLevel, FundingBookLevel, RawBookOrder, RawFundingOffer

_CHECKSUM_LEVELS = 25

Entry = TypeVar("Entry")
# A price or a rate, and what orders entries whose prices are equal, the first to be listed lowest.
Place = tuple[Decimal, int]


class _Side(Generic[Entry]):
    """The entries of one side by their places, the best place first."""

    __slots__ = ("entries", "order", "places")

    def __init__(self) -> None:
        self.entries: dict[Place, Entry] = {}
        self.order: list[Place] = []
        self.places: dict[Hashable, Place] = {}

    def put(self, name: Hashable, place: Place, entry: Entry) -> None:
        if self.places.get(name) != place:
            self.remove(name)
            self.places[name] = place
            insort(self.order, place)
        self.entries[place] = entry

    def remove(self, name: Hashable) -> None:
        # An entry may be gone already: it left the window and was filled at the same time.
        place = self.places.pop(name, None)
        if place is not None:
            del self.entries[place], self.order[bisect_left(self.order, place)]

    def best(self) -> Entry | None:
        return self.entries[self.order[0]] if self.order else None

    def listed(self) -> list[Entry]:
        return [self.entries[place] for place in self.order]


class AnyBook(ABC, Generic[Entry]):
    """What all books do; what they hold is the subclass's."""

    __slots__ = ("_asks", "_bids")

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.replace(entries)

    def replace(self, entries: Iterable[Entry]) -> None:
        """Forget everything and start from a snapshot."""
        self._bids: _Side[Entry] = _Side()
        self._asks: _Side[Entry] = _Side()
        for entry in entries:
            self.update(entry)

    def update(self, entry: Entry) -> None:
        """Set an entry, or take it away where it says so; the amount's sign names the side."""
        is_bid, name, place = self._read(entry)
        side = self._bids if is_bid else self._asks
        if place is None:
            side.remove(name)
        else:
            # What is best is smallest on both sides.
            price, rank = place
            side.put(name, (price.copy_negate(), rank) if is_bid else place, entry)

    @property
    def best_bid(self) -> Entry | None:
        """The highest price someone pays, if any."""
        return self._bids.best()

    @property
    def best_ask(self) -> Entry | None:
        """The lowest price someone takes, if any."""
        return self._asks.best()

    def bids(self) -> list[Entry]:
        """List the bids, best (highest) first."""
        return self._bids.listed()

    def asks(self) -> list[Entry]:
        """List the asks, best (lowest) first; their amounts keep the sign of the wire."""
        return self._asks.listed()

    @property
    def is_crossed(self) -> bool:
        """Whether the best bid is not below the best ask: true for moments between two frames."""
        if not self._bids.order or not self._asks.order:
            return False
        return self._bids.order[0][0].copy_negate() >= self._asks.order[0][0]

    @staticmethod
    @abstractmethod
    def _read(entry: Entry) -> tuple[bool, Hashable, Place | None]:
        """Return whether it is a bid, what names it, and its place: None takes it away."""


class CheckedBook(AnyBook[Entry]):
    """A book whose best 25 entries of a side the exchange sums up from time to time."""

    __slots__ = ()

    def checksum(self) -> int:
        """Return the signed CRC-32 of the best 25 of each side, in the characters that came.

        Sides alternate, bid first; an entry that one side lacks is skipped.
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
                    yield from self._characters(side[depth])

    @staticmethod
    @abstractmethod
    def _characters(entry: Entry) -> tuple[str, str]: ...


class Book(CheckedBook[BookLevel]):
    """Price levels of one pair at one precision (P0 to P4).

    Source: Bitfinex docs, WebSocket books.
    """

    __slots__ = ()

    @staticmethod
    def _read(entry: BookLevel) -> tuple[bool, Hashable, Place | None]:
        place = (entry.price, 0) if entry.count > 0 else None
        return entry.amount > 0, entry.price, place

    @staticmethod
    def _characters(entry: BookLevel) -> tuple[str, str]:
        return entry.price_text, entry.amount_text


class RawBook(CheckedBook[RawBookOrder]):
    """Every order of one pair (R0); at one price the older order, by its id, comes first.

    Source: Bitfinex docs, WebSocket raw books.
    """

    __slots__ = ()

    @staticmethod
    def _read(entry: RawBookOrder) -> tuple[bool, Hashable, Place | None]:
        place = (entry.price, entry.id) if entry.price else None
        return entry.amount > 0, entry.id, place

    @staticmethod
    def _characters(entry: RawBookOrder) -> tuple[str, str]:
        return str(entry.id), entry.amount_text


class FundingBook(AnyBook[FundingBookLevel]):
    """Rates and periods of one currency (P0 to P4): who borrows bids, with a negative amount.

    Source: Bitfinex docs, WebSocket books.
    """

    __slots__ = ()

    @staticmethod
    def _read(entry: FundingBookLevel) -> tuple[bool, Hashable, Place | None]:
        place = (entry.rate, entry.period)
        return entry.amount < 0, place, place if entry.count > 0 else None


class RawFundingBook(AnyBook[RawFundingOffer]):
    """Every offer and bid for loans in one currency (R0); bids have a negative amount.

    Source: Bitfinex docs, WebSocket raw books.
    """

    __slots__ = ()

    def update(self, entry: RawFundingOffer) -> None:
        """Set an offer or a bid, or take it away by its id, whichever side it is on."""
        if not entry.rate:
            # The docs' one sample, [658286906, 2, 0, 1], does not say on which side it was, and no
            # checksum would tell of what stayed.
            self._bids.remove(entry.id)
        super().update(entry)

    @staticmethod
    def _read(entry: RawFundingOffer) -> tuple[bool, Hashable, Place | None]:
        place = (entry.rate, entry.id) if entry.rate else None
        return entry.amount < 0 and place is not None, entry.id, place
