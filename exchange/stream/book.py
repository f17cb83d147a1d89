"""Order books, kept from a snapshot and the changes after it."""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable, Iterator
from decimal import Decimal
from typing import Generic, TypeVar

from exchange.models import BookLevel
from exchange.models_funding import FundingBookLevel, RawFundingOffer
from exchange.models_market import RawBookOrder

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
        is_bid = self._is_bid(entry)
        side = self._bids if is_bid else self._asks
        if self._is_gone(entry):
            side.remove(self._name(entry))
        else:
            price, rank = self._place(entry)
            side.put(self._name(entry), (price.copy_negate() if is_bid else price, rank), entry)

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
        bid, ask = self.best_bid, self.best_ask
        if bid is None or ask is None:
            return False
        return self._place(bid)[0] >= self._place(ask)[0]

    @staticmethod
    @abstractmethod
    def _is_bid(entry: Entry) -> bool: ...

    @staticmethod
    @abstractmethod
    def _is_gone(entry: Entry) -> bool: ...

    @staticmethod
    @abstractmethod
    def _name(entry: Entry) -> Hashable: ...

    @staticmethod
    @abstractmethod
    def _place(entry: Entry) -> Place: ...


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
    def _is_bid(entry: BookLevel) -> bool:
        return entry.amount > 0

    @staticmethod
    def _is_gone(entry: BookLevel) -> bool:
        return entry.count <= 0

    @staticmethod
    def _name(entry: BookLevel) -> Hashable:
        return entry.price

    @staticmethod
    def _place(entry: BookLevel) -> Place:
        return entry.price, 0

    @staticmethod
    def _characters(entry: BookLevel) -> tuple[str, str]:
        return entry.price_text, entry.amount_text


class RawBook(CheckedBook[RawBookOrder]):
    """Every order of one pair (R0); at one price the older order, by its id, comes first.

    Source: Bitfinex docs, WebSocket raw books.
    """

    __slots__ = ()

    @staticmethod
    def _is_bid(entry: RawBookOrder) -> bool:
        return entry.amount > 0

    @staticmethod
    def _is_gone(entry: RawBookOrder) -> bool:
        return not entry.price

    @staticmethod
    def _name(entry: RawBookOrder) -> Hashable:
        return entry.id

    @staticmethod
    def _place(entry: RawBookOrder) -> Place:
        return entry.price, entry.id

    @staticmethod
    def _characters(entry: RawBookOrder) -> tuple[str, str]:
        return str(entry.id), entry.amount_text


class FundingBook(AnyBook[FundingBookLevel]):
    """Rates and periods of one currency (P0 to P4): who borrows bids, with a negative amount.

    Source: Bitfinex docs, WebSocket books.
    """

    __slots__ = ()

    @staticmethod
    def _is_bid(entry: FundingBookLevel) -> bool:
        return entry.amount < 0

    @staticmethod
    def _is_gone(entry: FundingBookLevel) -> bool:
        return entry.count <= 0

    @staticmethod
    def _name(entry: FundingBookLevel) -> Hashable:
        return entry.rate, entry.period

    @staticmethod
    def _place(entry: FundingBookLevel) -> Place:
        return entry.rate, entry.period


class RawFundingBook(AnyBook[RawFundingOffer]):
    """Every offer and bid for loans in one currency (R0); bids have a negative amount.

    Source: Bitfinex docs, WebSocket raw books.
    """

    __slots__ = ()

    @staticmethod
    def _is_bid(entry: RawFundingOffer) -> bool:
        return entry.amount < 0

    @staticmethod
    def _is_gone(entry: RawFundingOffer) -> bool:
        return not entry.rate

    @staticmethod
    def _name(entry: RawFundingOffer) -> Hashable:
        return entry.id

    @staticmethod
    def _place(entry: RawFundingOffer) -> Place:
        return entry.rate, entry.id
