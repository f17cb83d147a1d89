from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import DecodeError, NoAnswer, RateLimited
from exchange.paging import History

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LIMIT = 3


@dataclass(frozen=True)
class Entry:
    """Something that happened, and when it is said to have happened."""

    id: int
    happened_ms: int
    rounded_to_ms: int = 1

    @property
    def time(self) -> datetime:
        shown_ms = self.happened_ms - self.happened_ms % self.rounded_to_ms
        return EPOCH + timedelta(milliseconds=shown_ms)


class Exchange:
    """A history as an exchange keeps it: newest first, so many a page, up to a time."""

    def __init__(self, entries: list[Entry], *, includes_end: bool = True) -> None:
        self.entries = sorted(entries, key=lambda e: (e.happened_ms, e.id), reverse=True)
        self.asked: list[int | None] = []
        self.includes_end = includes_end

    def page(self, start_ms: int | None, end_ms: int | None) -> list[Entry]:
        self.asked.append(end_ms)
        before = None if end_ms is None else end_ms + self.includes_end
        return [
            entry
            for entry in self.entries
            if (start_ms or 0) <= entry.happened_ms
            and (before is None or entry.happened_ms < before)
        ][:LIMIT]

    def history(self, **options: Any) -> History[Entry]:
        defaults: dict[str, Any] = {
            "page": self.page,
            "name": lambda entry: entry.id,
            "moment": lambda entry: entry.time,
            "limit": LIMIT,
        }
        return History(**defaults | options)


def at(*moments_ms: int) -> list[Entry]:
    return [Entry(number, moment) for number, moment in enumerate(moments_ms)]


# Fewer at one time than a page holds: what fills a page can't be told from what overfills it.
MOMENTS = st.lists(st.integers(0, 12), max_size=40).map(
    lambda moments: [m for n, m in enumerate(moments) if moments[:n].count(m) < LIMIT - 1]
)


@given(MOMENTS, st.booleans())
def test_everything_comes_once_and_newest_first(moments, includes_end):
    exchange = Exchange(at(*moments), includes_end=includes_end)

    assert list(exchange.history().entries()) == exchange.entries


@given(MOMENTS, st.integers(0, 12), st.integers(0, 12))
def test_a_span_of_time_has_both_its_ends(moments, start_ms, end_ms):
    exchange = Exchange(at(*moments))
    found = list(exchange.history().entries(start_ms, end_ms))

    assert found == [e for e in exchange.entries if start_ms <= e.happened_ms <= end_ms]


@given(st.sets(st.integers(0, 20_000), max_size=12))
def test_times_that_are_rounded_when_shown_lose_nothing(moments):
    few = [m for m in moments if len([o for o in moments if abs(o - m) <= 2000]) < LIMIT]
    exchange = Exchange([Entry(number, moment, 1000) for number, moment in enumerate(few)])
    found = list(exchange.history(slack_ms=1000).entries())

    assert found == exchange.entries


def test_entries_that_come_in_meanwhile_change_nothing():
    exchange = Exchange(at(1, 2, 3, 4, 5, 6, 7))
    entries = exchange.history().entries()
    first = next(entries)
    exchange.entries.insert(0, Entry(99, 8))
    rest = list(entries)

    assert [entry.happened_ms for entry in [first, *rest]] == [7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize("includes_end", [True, False])
@pytest.mark.parametrize("at_once", [3, 4])
def test_more_at_one_time_than_a_page_holds_is_said_and_not_passed_over(at_once, includes_end):
    exchange = Exchange(at(1, *[5] * at_once, 9), includes_end=includes_end)
    entries = exchange.history().entries()
    found = []
    with pytest.raises(DecodeError, match="as many entries at 5 as one answer holds"):
        found.extend(iter(entries.__next__, None))

    assert len(set(found)) == len(found)


def test_a_history_that_ends_with_a_full_page_ends():
    exchange = Exchange(at(5, 5, 5))

    assert len(list(exchange.history().entries())) == LIMIT
    assert exchange.asked == [None, 6, 4]


def test_pages_are_read_as_they_are_needed():
    exchange = Exchange(at(*range(1, 10)))
    entries = exchange.history().entries()
    for _ in range(LIMIT):
        next(entries)

    assert exchange.asked == [None]


def test_progress_is_told_after_each_page():
    told: list[tuple[int, int]] = []
    exchange = Exchange(at(10, 20, 30, 40, 50))
    for _ in exchange.history().entries(
        progress=lambda count, oldest: told.append((count, oldest.microsecond // 1000))
    ):
        pass

    assert told == [(3, 30), (5, 10)]


def limited(times: int, page: Any) -> Any:
    """Refuse so many calls for want of budget, then let them pass."""
    left = [times]

    def asked(start_ms: int | None, end_ms: int | None) -> list[Entry]:
        if left[0]:
            left[0] -= 1
            raise RateLimited("held back", wait_seconds=7.5)
        return page(start_ms, end_ms)

    return asked


def test_a_page_that_the_budget_holds_back_is_waited_for():
    waits: list[float] = []
    exchange = Exchange(at(1, 2))
    history = exchange.history(page=limited(2, exchange.page))

    assert len(list(history.entries(wait=waits.append))) == 2
    assert waits == [7.5, 7.5]


def test_patience_with_the_budget_ends():
    waits: list[float] = []
    history = Exchange([]).history(page=limited(100, None))
    with pytest.raises(RateLimited):
        list(history.entries(wait=waits.append))

    assert len(waits) == 5


def test_what_else_goes_wrong_is_raised():
    def page(start_ms: int | None, end_ms: int | None) -> list[Entry]:
        raise NoAnswer("no")

    with pytest.raises(NoAnswer):
        list(Exchange([]).history(page=page).entries())
