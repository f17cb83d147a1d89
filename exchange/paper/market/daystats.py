"""The last 24 hours of a market: open, high, low, last and volume, in quarter-hour buckets."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

BUCKET_MS = 15 * 60 * 1000
BUCKETS = 96


@dataclass(slots=True)
class Bucket:
    """What happened in one quarter of an hour. Prices and volume in units."""

    start_ms: int
    open: int
    high: int
    low: int
    close: int
    volume: int


class DayStatistics:
    """Sum up a sliding day. Needs at least one bucket to begin with."""

    def __init__(self, buckets: list[Bucket]) -> None:
        self._buckets = deque(buckets)
        self.last = buckets[-1].close
        self.open = self.high = self.low = self.volume = 0
        self._sum_up()

    def record(self, price: int, amount: int, now_ms: int) -> None:
        """Count a trade."""
        self.roll(now_ms)
        bucket = self._buckets[-1]
        bucket.high, bucket.low = max(bucket.high, price), min(bucket.low, price)
        bucket.close = self.last = price
        bucket.volume += amount
        self.high, self.low = max(self.high, price), min(self.low, price)
        self.volume += amount

    def roll(self, now_ms: int) -> None:
        """Open the current bucket and forget those that are a day old."""
        start = now_ms - now_ms % BUCKET_MS
        if self._buckets[-1].start_ms >= start:
            return
        last = self.last
        self._buckets.append(Bucket(start, last, last, last, last, 0))
        while self._buckets[0].start_ms <= start - BUCKETS * BUCKET_MS:
            self._buckets.popleft()
        self._sum_up()

    @property
    def change(self) -> int:
        """How far the last price is from the one a day ago."""
        return self.last - self.open

    def _sum_up(self) -> None:
        self.open = self._buckets[0].open
        self.high = max(bucket.high for bucket in self._buckets)
        self.low = min(bucket.low for bucket in self._buckets)
        self.volume = sum(bucket.volume for bucket in self._buckets)
