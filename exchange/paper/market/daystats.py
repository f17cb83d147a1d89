"""The last 24 hours of a market: open, high, low, last and volume, exact to the minute."""

from __future__ import annotations

from exchange.paper.market.chart import Chart
from exchange.paper.market.spans import DAY_MS, MINUTE_MS


class DayStatistics:
    """Sum up a sliding day: the current minute and the 1439 before it.

    last is the price of the newest trade, however old; with no trade in the whole day the other
    prices stand there too.
    """

    def __init__(self, chart: Chart, last: int, now_ms: int) -> None:
        self._chart = chart
        self._minute_ms = 0
        self.last = self.open = self.high = self.low = last
        self.volume = 0
        self.roll(now_ms)

    def record(self, price: int, amount: int, now_ms: int) -> None:
        """Count a trade, before the chart does."""
        self.roll(now_ms)
        if not self.volume:
            self.open = self.high = self.low = price
        self.high, self.low = max(self.high, price), min(self.low, price)
        self.last = price
        self.volume += amount

    def roll(self, now_ms: int) -> None:
        """Forget what is a day old."""
        minute_ms = now_ms - now_ms % MINUTE_MS
        if minute_ms > self._minute_ms:
            self._minute_ms = minute_ms
            self._sum_up(minute_ms + MINUTE_MS - DAY_MS)

    @property
    def change(self) -> int:
        """How far the last price is from the one a day ago."""
        return self.last - self.open

    def _sum_up(self, since_ms: int) -> None:
        self.open, self.high, self.low, self.volume = self.last, self.last, self.last, 0
        spans = list(self._chart.since(since_ms))
        if spans:
            self.open = spans[0].open
            self.high = max(span.high for span in spans)
            self.low = min(span.low for span in spans)
            self.volume = sum(span.volume for span in spans)
