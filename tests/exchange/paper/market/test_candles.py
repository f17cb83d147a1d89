from __future__ import annotations

from datetime import UTC, datetime

import pytest

from exchange.paper.market.candles import TIMEFRAMES, Candle, grown, next_period, period_start


def ms(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc]


MOMENT_MS = ms(2026, 11, 18, 9, 47, 33) + 250


@pytest.mark.parametrize(
    ("timeframe", "start", "following"),
    [
        ("1m", (2026, 11, 18, 9, 47), (2026, 11, 18, 9, 48)),
        ("15m", (2026, 11, 18, 9, 45), (2026, 11, 18, 10, 0)),
        ("3h", (2026, 11, 18, 9), (2026, 11, 18, 12)),
        ("12h", (2026, 11, 18), (2026, 11, 18, 12)),
        ("1D", (2026, 11, 18), (2026, 11, 19)),
        ("1W", (2026, 11, 16), (2026, 11, 23)),
        ("1M", (2026, 11, 1), (2026, 12, 1)),
    ],
)
def test_a_period_begins_where_the_calendar_says(
    timeframe: str, start: tuple[int, ...], following: tuple[int, ...]
) -> None:
    assert period_start(timeframe, MOMENT_MS) == ms(*start)
    assert next_period(timeframe, ms(*start)) == ms(*following)


@pytest.mark.parametrize("timeframe", TIMEFRAMES)
def test_a_period_holds_all_moments_up_to_the_next(timeframe: str) -> None:
    start_ms = period_start(timeframe, MOMENT_MS)
    end_ms = next_period(timeframe, start_ms)

    assert start_ms <= MOMENT_MS < end_ms
    assert period_start(timeframe, start_ms) == period_start(timeframe, end_ms - 1) == start_ms
    assert period_start(timeframe, end_ms) == end_ms


def test_december_is_followed_by_january() -> None:
    assert next_period("1M", ms(2026, 12, 1)) == ms(2027, 1, 1)


def test_a_candle_grows_with_a_trade() -> None:
    candle = Candle(0, 100, 105, 110, 95, 7)

    assert grown(candle, 120, 3) == Candle(0, 100, 120, 120, 95, 10)
    assert grown(candle, 90, 3) == Candle(0, 100, 90, 110, 90, 10)
