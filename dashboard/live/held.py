"""What the relay's memory is made of: figures, books and parts of pages, each with its own age."""

from __future__ import annotations

from collections.abc import Container, Iterable, Set
from dataclasses import dataclass, field
from decimal import Decimal

from dashboard.live.quotes import STALE_MS
from exchange.stream.book import Book
from exchange.stream.channels import Topic

PART_EVERY_MS = 200  # a whole book is drawn anew each time; the eye follows five a second


@dataclass(slots=True)
class Held:
    """What is known of one symbol."""

    symbol: str
    last: Decimal | None = None
    bid: Decimal | None = None
    ask: Decimal | None = None
    change: Decimal | None = None
    volume: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None
    at_ms: int = 0
    polled_ms: int | None = None
    heard_ms: dict[Topic, int] = field(default_factory=dict)
    lost_ms: dict[Topic, int] = field(default_factory=dict)  # since when, of the silent
    sent_ms: int = 0
    doubted: set[str] = field(default_factory=set)  # prices kept though a senseless one came after

    def age_ms(self, now_ms: int) -> int:
        """Return how long the exchange has been silent about this symbol.

        The freshest channel counts, unless another has been silent for longer than a heartbeat
        takes: then half of what is shown may be dead, and the older age is the honest one.
        """
        if not self.heard_ms:
            return now_ms - (self.polled_ms or 0)
        ages = [now_ms - heard for heard in (*self.heard_ms.values(), *self.lost_ms.values())]
        return max(ages) if max(ages) >= STALE_MS else min(ages)


@dataclass(slots=True)
class HeldBook:
    """A book of the stream's, read when it is due, and what its checksums said."""

    book: Book
    checked_ms: int | None = None
    is_broken: bool = False


@dataclass(slots=True)
class Parts:
    """Books or lists of trades: when each was heard of, which pages show, and which are due."""

    heard_ms: dict[str, int] = field(default_factory=dict)
    sent_ms: dict[str, int] = field(default_factory=dict)  # its keys are what is shown
    changed: set[str] = field(default_factory=set)

    def show(self, names: Set[str]) -> None:
        new = names - self.sent_ms.keys()
        self.sent_ms = {name: self.sent_ms.get(name, 0) for name in names}
        self.changed = (self.changed | new) & names

    def hear(self, name: str, now_ms: int) -> None:
        self.heard_ms[name] = now_ms
        self.mark([name])

    def mark(self, names: Iterable[str]) -> None:
        self.changed.update(name for name in names if name in self.sent_ms)

    def hurry(self, name: str) -> None:
        """Let a part go out with the next flush, however short ago it did."""
        if name in self.sent_ms:
            self.sent_ms[name] = 0
            self.changed.add(name)

    def forget(self, name: str) -> None:
        self.heard_ms.pop(name, None)

    def take_due(self, now_ms: int, known: Container[str]) -> list[str]:
        """Take out what changed, is known, and did not go out within the last fifth of a second."""
        due = [
            name
            for name in self.changed
            if name in known and now_ms - self.sent_ms[name] >= PART_EVERY_MS
        ]
        self.changed.difference_update(due)
        self.sent_ms.update(dict.fromkeys(due, now_ms))
        return due

    def has_pending(self, known: Container[str]) -> bool:
        return any(name in known for name in self.changed)
