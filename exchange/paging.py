"""Reading a history that does not fit into one answer, without gaps or repeats.

Histories come newest first, cut off after so many entries, and can be asked for up to a time only.
Several entries may share the time at which a page ends, so each page starts at that very time
again, and what was seen already is told by what it goes by.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from msgspec import Struct

from exchange.errors import DecodeError, RateLimited

Entry = TypeVar("Entry")

Progress = Callable[[int, datetime], None]
"""Told after each page: how many entries there are so far, and the time of the oldest."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
# Times that the budget may hold one page back; the exchange's own ban is over after one.
_PATIENCE = 5


class History(Struct, Generic[Entry], frozen=True, kw_only=True):
    """A kind of history: how to read a page of it, and what its entries go by.

    page: reads entries from the first time to the second, in epoch milliseconds, newest first.
    limit: how many entries make a page full. slack_ms: how far a time that is shown may lie before
    the one that is searched by; 1 also covers an exchange that leaves out the end it was given.
    """

    page: Callable[[int | None, int | None], list[Entry]]
    name: Callable[[Entry], Hashable]
    moment: Callable[[Entry], datetime]
    limit: int
    slack_ms: int = 1

    def entries(
        self,
        start_ms: int | None = None,
        end_ms: int | None = None,
        *,
        progress: Progress | None = None,
        wait: Callable[[float], None] = time.sleep,
    ) -> Iterator[Entry]:
        """Give every entry of a span of time once, newest first, asking for pages as needed.

        wait: called with seconds where the budget holds a page back; it is asked for again then.
        Raises what reading a page raises, and DecodeError where so many entries share one time that
        they fill a page, so that those behind them can't be reached for certain.
        """
        reading = _Reading(self, start_ms, wait)
        count = 0
        while fresh := reading.older_than(end_ms):
            yield from fresh
            count += len(fresh)
            oldest = min(map(self.moment, fresh))
            if progress is not None:
                progress(count, oldest)
            next_ms = _milliseconds(oldest) + self.slack_ms
            end_ms = next_ms if end_ms is None else min(end_ms, next_ms)
            reading.forget_after(end_ms + self.slack_ms)


class _Reading(Generic[Entry]):
    """One pass through a history: what was seen where the last page ended."""

    def __init__(
        self, history: History[Entry], start_ms: int | None, wait: Callable[[float], None]
    ) -> None:
        self._history = history
        self._start_ms = start_ms
        self._wait = wait
        self._seen: dict[Hashable, int] = {}

    def older_than(self, end_ms: int | None) -> list[Entry]:
        """Return entries up to a time that were not seen yet, none where there are no more."""
        page = self._page(end_ms)
        fresh = self._fresh(page)
        if not fresh and len(page) >= self._history.limit:
            fresh = self._behind(page)
        self._seen |= {
            self._history.name(entry): _milliseconds(self._history.moment(entry)) for entry in fresh
        }
        return fresh

    def forget_after(self, moment_ms: int) -> None:
        """Forget what is too new to come again."""
        self._seen = {name: at for name, at in self._seen.items() if at <= moment_ms}

    def _behind(self, page: list[Entry]) -> list[Entry]:
        """Get past a full page of what was seen. Raises DecodeError where that leaves a gap."""
        moments = [_milliseconds(self._history.moment(entry)) for entry in page]
        oldest_ms = min(moments)
        # The slack may have filled the page with what came just after the oldest.
        if self._history.slack_ms == 1 and oldest_ms < max(moments):
            fresh = self._fresh(self._page(oldest_ms))
            if fresh:
                return fresh
        if self._fresh(self._page(oldest_ms - 1)):
            raise DecodeError(f"as many entries at {oldest_ms} as one answer holds, or more")
        return []

    def _fresh(self, page: list[Entry]) -> list[Entry]:
        return [entry for entry in page if self._history.name(entry) not in self._seen]

    def _page(self, end_ms: int | None) -> list[Entry]:
        for _ in range(_PATIENCE):
            try:
                return self._history.page(self._start_ms, end_ms)
            except RateLimited as error:
                self._wait(error.wait_seconds)
        return self._history.page(self._start_ms, end_ms)


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND
