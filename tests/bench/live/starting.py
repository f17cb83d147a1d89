"""From the start of a Tidewatch that ran here before to its first live price."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.live import results
from tests.product.running import running, until

ROUNDS = 5
PATIENCE_SECONDS = 60
BUDGET_SECONDS = 5


def second_start() -> Iterator[str]:
    """Start once for everything that is made once, then as often as counts."""
    with tempfile.TemporaryDirectory(prefix="tidewatch-bench-") as made:
        seconds = [started(Path(made)) for _ in range(ROUNDS + 1)]
    first, later = seconds[0], [round(each, 2) for each in seconds[1:]]
    median = statistics.median(later)
    results.save("start", {"first": round(first, 2), "later": later, "median": median})
    yield f"{median} s to the first live price, budget {BUDGET_SECONDS} s (first start {first:.1f})"


def started(home: Path) -> float:
    """Return the seconds until the web process has a price that it may call live."""
    began = time.monotonic()
    with running(home) as tidewatch:
        until(lambda: tidewatch.feed()["state"] == "live", "a live price", PATIENCE_SECONDS)
        return time.monotonic() - began
