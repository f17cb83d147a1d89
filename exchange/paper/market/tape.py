"""A market's trades: the newest at hand, the older ones made up when somebody asks."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from exchange.paper.market.chart import END_OF_TIME_MS, Chart
from exchange.paper.market.spans import MINUTE_MS
from exchange.paper.market.trades import Trade

KEPT_TRADES = 250


class Tape:
    """Hold the newest trades as they were made; it is never empty.

    Iterating gives those at hand, oldest first; in reverse it goes on into the past.
    """

    def __init__(self, chart: Chart, newest: Trade) -> None:
        self._chart = chart
        self._kept = deque([newest], maxlen=KEPT_TRADES)

    @property
    def newest(self) -> Trade:
        """The last trade."""
        return self._kept[-1]

    def append(self, trade: Trade) -> None:
        """Put a trade behind the others."""
        self._kept.append(trade)

    def trades(
        self, start_ms: int = 0, end_ms: int = END_OF_TIME_MS, *, oldest_first: bool = False
    ) -> Iterator[Trade]:
        """Yield the trades made from start_ms to end_ms, as far back as a year."""
        kept = iter(self._kept) if oldest_first else reversed(self._kept)
        earlier = self._earlier(start_ms, end_ms, oldest_first=oldest_first)
        for part in (earlier, kept) if oldest_first else (kept, earlier):
            for trade in part:
                if start_ms <= trade.made_ms <= end_ms:
                    yield trade

    def _earlier(self, start_ms: int, end_ms: int, *, oldest_first: bool) -> Iterator[Trade]:
        first = self._kept[0]
        # Within the minute of the first at hand the chart knows how many came before, not when.
        until_ms = min(end_ms, first.made_ms) + MINUTE_MS
        for trade in self._chart.trades(start_ms, until_ms, oldest_first=oldest_first):
            if trade.id < first.id:
                yield replace(trade, made_ms=min(trade.made_ms, first.made_ms))

    def __len__(self) -> int:
        return len(self._kept)

    def __getitem__(self, place: int) -> Trade:
        return self._kept[place]

    def __iter__(self) -> Iterator[Trade]:
        return iter(self._kept)

    def __reversed__(self) -> Iterator[Trade]:
        return self.trades()
