"""A market's candles, read from the exchange page by page as a chart scrolls back.

Pages end where others have ended before, so that the shelf can serve them: the newest page begins
at a multiple of so many periods, and what is older follows from there. Where the stream tells of a
market's candles, it carries the newest page on. The exchange leaves out periods without a trade; so
do we.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from django.http import QueryDict

from dashboard.live.board import board
from dashboard.live.candles import TIMEFRAMES, CandlesView, start_ms, topic_named, written
from dashboard.live.quotes import FeedState
from dashboard.markets import services
from dashboard.markets.candles_shelf import Shelf
from exchange.models.markets import Candle, Timeframe

USUAL = Timeframe.ONE_HOUR
_MINUTE_MS = 60_000
_DAY_MS = 24 * 60 * _MINUTE_MS
# How long a period lasts; of a month, the least it lasts is of no use here, and about is enough.
PERIODS_MS = {
    Timeframe.ONE_MINUTE: _MINUTE_MS,
    Timeframe.FIVE_MINUTES: 5 * _MINUTE_MS,
    Timeframe.FIFTEEN_MINUTES: 15 * _MINUTE_MS,
    Timeframe.THIRTY_MINUTES: 30 * _MINUTE_MS,
    Timeframe.ONE_HOUR: 60 * _MINUTE_MS,
    Timeframe.THREE_HOURS: 180 * _MINUTE_MS,
    Timeframe.SIX_HOURS: 360 * _MINUTE_MS,
    Timeframe.TWELVE_HOURS: 720 * _MINUTE_MS,
    Timeframe.ONE_DAY: _DAY_MS,
    Timeframe.ONE_WEEK: 7 * _DAY_MS,
    Timeframe.TWO_WEEKS: 14 * _DAY_MS,
    Timeframe.ONE_MONTH: 30 * _DAY_MS,
}
PER_PAGE = 300
# The newest page holds between half a page and a whole one.
_STEP = PER_PAGE // 2
NEWEST_SECONDS = 3.0  # what moves meanwhile comes over the stream
PAST_SECONDS = 600.0  # a closed candle hardly ever changes
MOST_PAGES = 256  # of some 30 KB
LATEST_END_MS = 4_102_444_800_000  # the year 2100: no market has candles from then

BAD_TIMEFRAME = f"Candles come in these lengths: {', '.join(Timeframe)}."
BAD_END = "“end” is a time in milliseconds since 1970-01-01 UTC, in digits alone."


class BadRequest(ValueError):
    """What was asked for makes no sense; the text says what would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which candles: the newest, or those that begin before `end_ms`."""

    timeframe: Timeframe
    end_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CandlePage:
    """Candles as `live.candles.written` writes them, oldest first.

    `next_end_ms` asks for the page before this one; None says that the market began here.
    """

    candles: tuple[str, ...]
    next_end_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CandleRow:
    """A candle in figures, for a table."""

    time: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal


shelf: Shelf[CandlePage] = Shelf(MOST_PAGES)


def asked_of(query: QueryDict) -> Asked:
    """Read `timeframe` and `end`. Raises BadRequest, with what to write instead."""
    timeframe = query.get("timeframe", USUAL.value)
    if timeframe not in TIMEFRAMES:
        raise BadRequest(BAD_TIMEFRAME)
    end = query.get("end", "")
    if not end:
        return Asked(timeframe=Timeframe(timeframe), end_ms=None)
    if not (end.isascii() and end.isdigit() and len(end) <= len(str(LATEST_END_MS))):
        raise BadRequest(BAD_END)
    end_ms = int(end)
    if not 0 < end_ms <= LATEST_END_MS:
        raise BadRequest(BAD_END)
    return Asked(timeframe=Timeframe(timeframe), end_ms=end_ms)


def page(symbol: str, asked: Asked) -> tuple[CandlePage, int]:
    """Return the page and how many milliseconds old the exchange's last word on it is.

    Raises the ExchangeErrors of any public read.
    """
    if asked.end_ms is None:
        return newest_page(symbol, asked)
    found, age_seconds = shelf.get(
        (symbol, asked.timeframe, asked.end_ms),
        lambda: read(symbol, asked),
        keep_seconds=PAST_SECONDS,
    )
    return found, round(age_seconds * 1000)


def newest_page(symbol: str, asked: Asked) -> tuple[CandlePage, int]:
    """Return the page that the stream carries on, or a new one where it does not."""
    live = board.candles(topic_named(asked.timeframe, symbol))
    is_live = live is not None and live.state is FeedState.LIVE
    found, age_seconds = shelf.get(
        (symbol, asked.timeframe, None),
        lambda: read(symbol, asked),
        keep_seconds=NEWEST_SECONDS,
        is_good=lambda kept, age: is_live and age < PAST_SECONDS and carries_on(kept, live),
    )
    age_ms = round(age_seconds * 1000)
    if live is None or live.age_ms() >= age_ms or not carries_on(found, live):
        return found, age_ms
    first, last = start_of(live.candles[0]), start_of(live.candles[-1])
    before = [text for text in found.candles if start_of(text) < first]
    after = [text for text in found.candles if start_of(text) > last]
    return replace(found, candles=(*before, *live.candles, *after)), live.age_ms()


def carries_on(page: CandlePage, live: CandlesView | None) -> bool:
    """Tell whether the stream's candles leave nothing out that came after the page.

    The page's last two have to be among them: the one that grew, and the one before it, which may
    have been revised.
    """
    if live is None or not (live.candles and page.candles):
        return False
    return start_of(page.candles[-2:][0]) >= start_of(live.candles[0])


def start_of(text: str) -> int:
    """Return when a written candle begins."""
    return int(text.partition(" ")[0])


def read(symbol: str, asked: Asked) -> CandlePage:
    """Ask the exchange for one page."""
    last_ms = None if asked.end_ms is None else asked.end_ms - 1
    found = services.public_client().candles(
        symbol, asked.timeframe, end_ms=last_ms, limit=PER_PAGE
    )
    has_older = len(found) == PER_PAGE
    found.sort(key=start_ms)
    if asked.end_ms is None:
        kept = from_a_common_edge(found, PERIODS_MS[asked.timeframe])
        has_older = has_older or len(kept) < len(found)
        found = kept
    return CandlePage(
        candles=tuple(map(written, found)),
        next_end_ms=start_ms(found[0]) if found and has_older else None,
    )


def from_a_common_edge(found: list[Candle], period_ms: int) -> list[Candle]:
    """Leave out what lies before an edge that stays where it is for many periods.

    Without it every new candle would move all older pages by one. Where trade is too thin for half
    a page to remain, the oldest candle is such an edge already.
    """
    if not found:
        return []
    step_ms = _STEP * period_ms
    edge_ms = start_ms(found[-1]) // step_ms * step_ms - step_ms
    kept = [candle for candle in found if start_ms(candle) >= edge_ms]
    return kept if len(kept) >= _STEP else found


def row_of(text: str) -> CandleRow:
    """Read a written candle."""
    at_ms, *figures = text.split(" ")
    opening, high, low, close, volume = map(Decimal, figures)
    time = datetime.fromtimestamp(int(at_ms) / 1000, UTC)
    return CandleRow(time=time, open=opening, high=high, low=low, close=close, volume=volume)
