"""One market's past: what was really traded, and what is made up around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import groupby, islice

from exchange.paper.market.candles import (
    TIMEFRAMES,
    Candle,
    candle_of,
    grown,
    next_period,
    period_start,
)
from exchange.paper.market.course import Course
from exchange.paper.market.markets import Market
from exchange.paper.market.record import Record
from exchange.paper.market.spans import DAY_MS, MINUTE_MS, Span, Unfolder, joined
from exchange.paper.market.trades import Trade

END_OF_TIME_MS = 2**53


class Chart:
    """Tell candles and trades of one market, as far back as a year.

    courses are the unattended stretches, oldest first; record holds the rest. seed is a text.
    """

    def __init__(
        self, market: Market, seed: str, courses: Sequence[Course], record: Record
    ) -> None:
        self.record = record
        self._market = market
        self._courses = courses
        self._unfolder = Unfolder(f"{seed}/{market.symbol}")
        self._growing: dict[str, tuple[Candle, int]] = {}

    def add(self, trade: Trade) -> None:
        """Count a trade that was just made."""
        self.record.add(trade)
        for timeframe, (candle, end_ms) in self._growing.items():
            if trade.made_ms < end_ms:
                candle = grown(candle, trade.price, abs(trade.amount))
                self._growing[timeframe] = candle, end_ms
            else:
                self._growing[timeframe] = _begun(timeframe, trade)

    def candles(
        self,
        timeframe: str,
        *,
        start_ms: int = 0,
        end_ms: int = END_OF_TIME_MS,
        limit: int | None = None,
        oldest_first: bool = False,
    ) -> list[Candle]:
        """Return the candles that begin from start_ms to end_ms; periods without trades miss.

        The newest candle is still growing. timeframe is one of TIMEFRAMES.
        """
        width_ms = min(TIMEFRAMES[timeframe], DAY_MS)
        until_ms = min(END_OF_TIME_MS, end_ms + TIMEFRAMES[timeframe])
        parts = self._parts(start_ms, until_ms, width_ms, newest_first=not oldest_first)
        periods = groupby(parts, key=lambda part: period_start(timeframe, part.start_ms))
        found = (
            candle_of(begin_ms, joined(sorted(group)))
            for begin_ms, group in periods
            if start_ms <= begin_ms <= end_ms
        )
        return list(islice(found, limit))

    def last(self, timeframe: str) -> Candle:
        """Return the newest candle. Cheap to ask again: trades keep it up to date."""
        if timeframe not in self._growing:
            (candle,) = self.candles(timeframe, limit=1)
            self._growing[timeframe] = candle, next_period(timeframe, candle.start_ms)
        return self._growing[timeframe][0]

    def trades(
        self, start_ms: int = 0, end_ms: int = END_OF_TIME_MS, *, oldest_first: bool = False
    ) -> Iterator[Trade]:
        """Yield the trades made from start_ms to end_ms.

        Those of the record are made up too, within what is known of their minutes.
        """
        parts = self._parts(start_ms, end_ms + 1, MINUTE_MS, newest_first=not oldest_first)
        for minute in parts:
            trades = self._unfolder.trades(minute)
            for trade in trades if oldest_first else reversed(trades):
                if start_ms <= trade.made_ms <= end_ms:
                    yield trade

    def since(self, start_ms: int) -> Iterator[Span]:
        """Yield what was traded from start_ms on, exact to the minute, in few large parts."""
        for root in self._roots(start_ms, END_OF_TIME_MS, newest_first=False):
            yield from self._unfolder.since(root, start_ms)

    def _roots(self, start_ms: int, end_ms: int, *, newest_first: bool) -> Iterator[Span]:
        return merge(
            self.record.spans(start_ms, end_ms, newest_first=newest_first),
            *(
                course.days(self._market, start_ms, end_ms, newest_first=newest_first)
                for course in self._courses
            ),
            key=lambda span: span.start_ms,
            reverse=newest_first,
        )

    def _parts(
        self, start_ms: int, end_ms: int, width_ms: int, *, newest_first: bool
    ) -> Iterator[Span]:
        for root in self._roots(start_ms, end_ms, newest_first=newest_first):
            yield from self._unfolder.parts(
                root, width_ms, start_ms, end_ms, newest_first=newest_first
            )


def _begun(timeframe: str, trade: Trade) -> tuple[Candle, int]:
    start_ms, price = period_start(timeframe, trade.made_ms), trade.price
    candle = Candle(start_ms, price, price, price, price, abs(trade.amount))
    return candle, next_period(timeframe, start_ms)
