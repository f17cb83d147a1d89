"""What a market really traded, minute by minute, and coarser the longer ago it is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from exchange.paper.market.spans import DAY_MS, HOUR_MS, MINUTE_MS, Span, joined
from exchange.paper.market.trades import Trade

# What is older than the first figure is kept in pieces of the second.
_COARSER = (
    (6 * HOUR_MS, 15 * MINUTE_MS),
    (2 * DAY_MS, HOUR_MS),
    (14 * DAY_MS, DAY_MS),
)
_FORGOTTEN_MS = 366 * DAY_MS


class Record:
    """Keep the spans of one market's real trades, oldest first.

    runs_ms are the beginnings of all runs, oldest first. Nothing is recorded as older than the
    last of them, and pieces of two runs stay apart, because something was made up in between.
    """

    def __init__(self, spans: Iterable[Span], runs_ms: Sequence[int]) -> None:
        self._spans = sorted(spans)
        self._runs_ms = runs_ms
        self._unsaved: dict[int, Span] = {}
        self._folded_hour = 0

    def add(self, trade: Trade) -> None:
        """Count a trade. Trades come in the order in which they are made."""
        newest, moment_ms = self.newest(), trade.made_ms
        if newest is not None and moment_ms < newest.end_ms:
            newest = self._spans[-1] = _with(newest, trade)
        else:
            self._fold(moment_ms)
            minute_ms = moment_ms - moment_ms % MINUTE_MS
            newest = _of(trade, max(minute_ms, self._runs_ms[-1]), minute_ms + MINUTE_MS)
            self._spans.append(newest)
        self._unsaved[newest.start_ms] = newest

    def spans(self, start_ms: int, end_ms: int, *, newest_first: bool) -> Iterator[Span]:
        """Yield the spans that touch start_ms to end_ms."""
        first = bisect_left(self._spans, start_ms, key=lambda span: span.end_ms - 1)
        last = bisect_left(self._spans, end_ms, key=lambda span: span.start_ms)
        places = range(first, last)
        return (self._spans[place] for place in (reversed(places) if newest_first else places))

    def newest(self) -> Span | None:
        """Return the newest span, None where nothing was traded yet."""
        return self._spans[-1] if self._spans else None

    def take_unsaved(self) -> list[Span]:
        """Return what has changed since the last call; a span stands for all that it covers."""
        unsaved, self._unsaved = self._unsaved, {}
        return list(unsaved.values())

    def _fold(self, now_ms: int) -> None:
        hour = now_ms // HOUR_MS
        if hour == self._folded_hour:
            return
        self._folded_hour = hour
        spans = [span for span in self._spans if span.end_ms > now_ms - _FORGOTTEN_MS]
        for age_ms, width_ms in _COARSER:
            before_ms = (now_ms - age_ms) // width_ms * width_ms
            old = [span for span in spans if span.end_ms <= before_ms]
            spans = [*self._folded(old, width_ms), *spans[len(old) :]]
        self._spans = spans

    def _folded(self, spans: list[Span], width_ms: int) -> Iterator[Span]:
        def piece(span: Span) -> tuple[int, int]:
            return span.start_ms // width_ms, bisect_right(self._runs_ms, span.start_ms)

        for _, group in groupby(spans, piece):
            parts = list(group)
            folded = joined(parts)
            if len(parts) > 1:
                for part in parts:
                    self._unsaved.pop(part.start_ms, None)
                self._unsaved[folded.start_ms] = folded
            yield folded


def _of(trade: Trade, start_ms: int, end_ms: int) -> Span:
    price, amount = trade.price, abs(trade.amount)
    return Span(start_ms, end_ms, price, price, price, price, amount, 1, trade.id, trade.id)


def _with(span: Span, trade: Trade) -> Span:
    price = trade.price
    return Span(
        span.start_ms,
        span.end_ms,
        span.open,
        max(span.high, price),
        min(span.low, price),
        price,
        span.volume + abs(trade.amount),
        span.trades + 1,
        span.first_id,
        trade.id,
    )
