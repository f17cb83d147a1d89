"""One part of a long list at a time, found by where it begins and not by counting up to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)

PER_PAGE = 50
MOST_COUNTED = 1000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Place:
    """A row's place in a list: its time, and its number among those of the same time."""

    time: datetime
    number: int

    def __str__(self) -> str:
        return f"{(self.time - EPOCH) // MICROSECOND}-{self.number}"

    @classmethod
    def from_text(cls, text: str) -> Place | None:
        """Return the place that a link names, None where it names none."""
        time, dash, number = text.partition("-")
        if not (dash and is_number(time) and is_number(number)):
            return None
        try:
            return cls(EPOCH + int(time) * MICROSECOND, int(number))
        except OverflowError:
            return None


def is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= LARGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[Row]):
    """Some rows, newest first, and what the links to the parts beside them say; None: no more."""

    rows: list[Row]
    newer: Place | None
    older: Place | None
    count: int

    @property
    def count_words(self) -> str:
        """Return how many rows all parts have, which is not counted to the end of a long list."""
        words = f"{min(self.count, MOST_COUNTED):,}".replace(",", "\u202f")
        return words if self.count <= MOST_COUNTED else f"more than {words}"


def part_of(found: QuerySet[Row], asked: Mapping[str, str], *, by: tuple[str, str]) -> Part[Row]:
    """Return the part beside the place that `asked` has as "older" or "newer", else the first.

    by: the names of the columns of a row's time and number; the rows come with the highest first.
    """
    time, number = by
    newest_first = found.order_by(f"-{time}", f"-{number}")
    count = found[: MOST_COUNTED + 1].count()

    def place(row: Row) -> Place:
        return Place(getattr(row, time), getattr(row, number))

    def beyond(here: Place, direction: str) -> Q:
        """Keep what lies beyond a place, as a range that an index can begin to read at."""
        return Q(**{f"{time}__{direction}e": here.time}) & (
            Q(**{f"{time}__{direction}": here.time}) | Q(**{f"{number}__{direction}": here.number})
        )

    def part(rows: list[Row], *, has_newer: bool, has_older: bool) -> Part[Row]:
        return Part(
            rows=rows,
            newer=place(rows[0]) if has_newer else None,
            older=place(rows[-1]) if has_older else None,
            count=count,
        )

    if start := Place.from_text(asked.get("older", "")):
        rows = list(newest_first.filter(beyond(start, "lt"))[: PER_PAGE + 1])
        if rows:
            return part(rows[:PER_PAGE], has_newer=True, has_older=len(rows) > PER_PAGE)
    if start := Place.from_text(asked.get("newer", "")):
        oldest_first = found.order_by(time, number)
        rows = list(oldest_first.filter(beyond(start, "gt"))[: PER_PAGE + 1])
        if len(rows) > PER_PAGE:
            return part(rows[:PER_PAGE][::-1], has_newer=True, has_older=True)
    rows = list(newest_first[: PER_PAGE + 1])
    return part(rows[:PER_PAGE], has_newer=False, has_older=len(rows) > PER_PAGE)
