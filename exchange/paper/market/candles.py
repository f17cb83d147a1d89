"""Candles: a market's past in equal periods, and when each period begins.

Source: Bitfinex docs, Candles. That weeks begin on Mondays, and fortnights are counted from
1970-01-01, is assumed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from exchange.paper.market.spans import DAY_MS, HOUR_MS, MINUTE_MS, Span

WEEK, MONTH = "1W", "1M"
TIMEFRAMES = {
    "1m": MINUTE_MS,
    "5m": 5 * MINUTE_MS,
    "15m": 15 * MINUTE_MS,
    "30m": 30 * MINUTE_MS,
    "1h": HOUR_MS,
    "3h": 3 * HOUR_MS,
    "6h": 6 * HOUR_MS,
    "12h": 12 * HOUR_MS,
    "1D": DAY_MS,
    WEEK: 7 * DAY_MS,
    "14D": 14 * DAY_MS,
    MONTH: 31 * DAY_MS,
}
ALIASES = {"7D": WEEK}
# 1970-01-01 was a Thursday.
_FIRST_MONDAY_MS = 4 * DAY_MS


class Candle(NamedTuple):
    """What was traded in one period. Prices and volume in units."""

    start_ms: int
    open: int
    close: int
    high: int
    low: int
    volume: int


def period_start(timeframe: str, moment_ms: int) -> int:
    """Return when the period of a moment begins."""
    if timeframe == MONTH:
        moment = datetime.fromtimestamp(moment_ms // 1000, UTC)
        month = moment.replace(day=1, hour=0, minute=0, second=0)
        return int(month.timestamp()) * 1000
    offset = _FIRST_MONDAY_MS if timeframe == WEEK else 0
    return moment_ms - (moment_ms - offset) % TIMEFRAMES[timeframe]


def next_period(timeframe: str, start_ms: int) -> int:
    """Return when the period after the one that begins at start_ms begins."""
    if timeframe == MONTH:
        inside_next = datetime.fromtimestamp(start_ms // 1000, UTC) + timedelta(days=32)
        return period_start(MONTH, int(inside_next.timestamp()) * 1000)
    return start_ms + TIMEFRAMES[timeframe]


def candle_of(start_ms: int, span: Span) -> Candle:
    """Show a span as the candle of the period that begins at start_ms."""
    return Candle(start_ms, span.open, span.close, span.high, span.low, span.volume)


def grown(candle: Candle, price: int, amount: int) -> Candle:
    """Return a candle with one more trade in it."""
    high, low = max(candle.high, price), min(candle.low, price)
    return Candle(candle.start_ms, candle.open, price, high, low, candle.volume + amount)
