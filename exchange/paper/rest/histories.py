"""Parts of histories: what lies within a span of time, and no more of it than was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from exchange.paper.fields import Fields, whole

Entry = TypeVar("Entry")

_END_OF_TIME = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Span:
    """What a caller wants of a history: both ends are part of it, in epoch milliseconds."""

    start_ms: int
    end_ms: int
    limit: int

    def newest(self, entries: Iterable[Entry], moment: Callable[[Entry], int]) -> list[Entry]:
        """Return entries of the span, newest first; those of one moment as they come, turned round.

        entries: oldest first as far as they share a moment.
        """
        found = [entry for entry in entries if self.start_ms <= moment(entry) <= self.end_ms]
        # Sorting keeps the order of equals, so that pages of a history always agree.
        found.reverse()
        found.sort(key=moment, reverse=True)
        return found[: self.limit]


def span(fields: Fields, *, default: int, most: int) -> Span:
    """Read `start`, `end` and `limit` of a call. Raises Refusal, also for more than `most` rows."""
    start = whole(fields, "start", 0) or 0
    end = whole(fields, "end", _END_OF_TIME)
    limit = whole(fields, "limit", default, largest=most) or default
    return Span(start, _END_OF_TIME if end is None else end, limit)
