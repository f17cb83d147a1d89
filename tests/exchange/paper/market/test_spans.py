from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.paper.market.spans import (
    DAY_MS,
    LEVELS_MS,
    MINUTE_MS,
    Span,
    Unfolder,
    joined,
    summed_up,
)
from exchange.paper.numbers import cut_down
from tests.exchange.paper.clock import START_MS

UNFOLDER = Unfolder("1/history/tBTCUSD")
MIDNIGHT_MS = START_MS - START_MS % DAY_MS
EVER = (0, 2**53)


@st.composite
def days(draw: st.DrawFn) -> Span:
    """A day, or what is left of one, at any price and as lively as markets are."""
    start_ms = MIDNIGHT_MS + draw(st.integers(0, DAY_MS - 10 * MINUTE_MS))
    length_ms = draw(st.integers(5 * MINUTE_MS, MIDNIGHT_MS + DAY_MS - start_ms))
    count = draw(st.integers(1, 5_000))
    prices = sorted(
        cut_down(price)
        for price in draw(st.lists(st.integers(150, 10**14), min_size=4, max_size=4))
    )
    low, first, last, high = prices
    if count < 4:
        low = first = last = high
    if draw(st.booleans()):
        first, last = last, first
    volume = draw(st.integers(count, 10**15))
    return Span(
        start_ms, start_ms + length_ms, first, high, low, last, volume, count, 1_000, 9_000_000
    )


def parts(span: Span, width_ms: int, *, newest_first: bool = False) -> list[Span]:
    return list(UNFOLDER.parts(span, width_ms, *EVER, newest_first=newest_first))


def same_trading(span: Span) -> tuple[int, ...]:
    return span[2:8]


@given(days(), st.sampled_from(LEVELS_MS))
def test_the_parts_add_up_to_the_whole(day: Span, width_ms: int) -> None:
    found = parts(day, width_ms)

    assert same_trading(joined(found)) == same_trading(day)
    for part in found:
        assert part.low <= min(part.open, part.close) <= max(part.open, part.close) <= part.high
        assert part.start_ms // width_ms == (part.end_ms - 1) // width_ms
        assert 0 < part.trades <= part.volume


@given(days())
def test_parts_are_in_order_and_apart(day: Span) -> None:
    found = parts(day, MINUTE_MS)

    assert found == sorted(found)
    for earlier, later in pairwise(found):
        assert earlier.end_ms <= later.start_ms
        assert earlier.last_id < later.first_id


@given(days())
def test_coarser_parts_are_the_sums_of_finer_ones(day: Span) -> None:
    minutes = parts(day, MINUTE_MS)
    for hour in parts(day, 60 * MINUTE_MS):
        inside = [part for part in minutes if hour.start_ms <= part.start_ms < hour.end_ms]

        assert same_trading(joined(inside)) == same_trading(hour)


@given(days())
def test_the_trades_of_a_minute_add_up_to_it(day: Span) -> None:
    for minute in parts(day, MINUTE_MS)[-20:]:
        trades = UNFOLDER.trades(minute)
        summed = summed_up(minute.start_ms, minute.end_ms, trades)

        assert same_trading(summed) == same_trading(minute)
        assert len({trade.id for trade in trades}) == len(trades)
        assert minute.first_id == trades[0].id
        assert trades[-1].id <= minute.last_id
        assert all(minute.start_ms <= trade.made_ms < minute.end_ms for trade in trades)
        assert trades == sorted(trades, key=lambda trade: (trade.made_ms, trade.id))
        assert all(trade.price == cut_down(trade.price) for trade in trades)


@given(days(), st.integers(0, DAY_MS))
def test_what_came_since_a_minute_is_told_in_few_parts(day: Span, passed_ms: int) -> None:
    since_ms = MIDNIGHT_MS + passed_ms // MINUTE_MS * MINUTE_MS
    told = list(UNFOLDER.since(day, since_ms))
    expected = [part for part in parts(day, MINUTE_MS) if part.start_ms >= since_ms]

    assert len(told) <= 40
    assert bool(told) == bool(expected)
    if told:
        assert same_trading(joined(told)) == same_trading(joined(expected))


@given(days())
def test_a_window_is_the_same_from_either_end(day: Span) -> None:
    start_ms, end_ms = day.start_ms + 2 * MINUTE_MS, day.end_ms - 2 * MINUTE_MS
    forward = list(UNFOLDER.parts(day, MINUTE_MS, start_ms, end_ms, newest_first=False))
    backward = list(UNFOLDER.parts(day, MINUTE_MS, start_ms, end_ms, newest_first=True))

    assert forward == backward[::-1]
    assert forward == [
        part for part in parts(day, MINUTE_MS) if part.end_ms > start_ms and part.start_ms < end_ms
    ]


def test_another_name_unfolds_otherwise() -> None:
    day = Span(MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS, 100, 120, 90, 110, 10**9, 900, 1, 10**6)
    other = Unfolder("2/history/tBTCUSD")

    assert parts(day, MINUTE_MS) == parts(day, MINUTE_MS)
    assert parts(day, MINUTE_MS) != list(other.parts(day, MINUTE_MS, *EVER, newest_first=False))


def test_where_little_is_traded_minutes_are_missing() -> None:
    day = Span(MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS, 100, 120, 90, 110, 10**9, 60, 1, 10**6)

    assert 30 < len(parts(day, MINUTE_MS)) <= 60


@pytest.mark.parametrize("width_ms", LEVELS_MS)
def test_widths_divide_each_other(width_ms: int) -> None:
    assert DAY_MS % width_ms == 0
