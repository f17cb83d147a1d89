"""The clocks of a running exchange."""

from __future__ import annotations

import time
from collections.abc import Callable


def wall_ms() -> int:
    """Return the time in epoch milliseconds."""
    return time.time_ns() // 1_000_000


def running_ms() -> int:
    """Return milliseconds on a clock that only runs forward."""
    return time.monotonic_ns() // 1_000_000


class SkewableClock:
    """Tell another clock's time, off by skew_ms."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self.skew_ms = 0

    def __call__(self) -> int:
        """Return epoch milliseconds."""
        return self._clock() + self.skew_ms
