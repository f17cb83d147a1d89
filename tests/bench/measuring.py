"""Contenders measured in turn, round after round, so that a noisy moment hits all alike."""

from __future__ import annotations

import gc
import json
import os
import platform
import statistics
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).with_name("results")


@dataclass(frozen=True, kw_only=True)
class Result:
    """One comparison: medians by contender, and their ratios to the reference.

    The ratio is the median of the rounds' ratios, which differ less than the rounds do.
    """

    name: str
    title: str
    unit: str
    reference: str
    budget: float | None
    rounds: int
    medians: dict[str, float]
    ratios: dict[str, float]
    spreads: dict[str, tuple[float, float]]
    date: str = field(default_factory=lambda: f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    commit: str = field(default_factory=lambda: commit())
    machine: str = field(default_factory=lambda: machine())

    def save(self) -> None:
        """Write the result to its file."""
        RESULTS.mkdir(exist_ok=True)
        text = json.dumps(asdict(self), indent=2, ensure_ascii=False)
        (RESULTS / f"{self.name}.json").write_text(text + "\n")


def compare(
    name: str,
    title: str,
    unit: str,
    contenders: dict[str, Callable[[], float]],
    *,
    reference: str,
    budget: float | None,
    rounds: int,
) -> Result:
    """Run every contender once a round, after one round that does not count.

    contenders: each returns its measure in `unit`. spreads are quartiles of the ratios.
    """
    measured: dict[str, list[float]] = {contender: [] for contender in contenders}
    order = list(contenders)
    for turn in range(rounds + 1):
        # Nobody is always the first after a pause.
        order = order[1:] + order[:1]
        gc.collect()
        for contender in order:
            value = contenders[contender]()
            if turn:
                measured[contender].append(value)
    ratios = {
        contender: [value / floor for value, floor in zip(values, measured[reference], strict=True)]
        for contender, values in measured.items()
    }
    return Result(
        name=name,
        title=title,
        unit=unit,
        reference=reference,
        budget=budget,
        rounds=rounds,
        medians={who: round(statistics.median(values), 2) for who, values in measured.items()},
        ratios={who: round(statistics.median(values), 3) for who, values in ratios.items()},
        spreads={who: quartiles(values) for who, values in ratios.items()},
    )


def quartiles(values: list[float]) -> tuple[float, float]:
    low, _, high = statistics.quantiles(values, n=4)
    return round(low, 3), round(high, 3)


def commit() -> str:
    """The commit that was measured, marked where the product's code differs from it."""
    head = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()
    changed = subprocess.run(
        ["git", "status", "--porcelain", "exchange", "dashboard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout.strip()
    return f"{head}, with changes" if changed else head or "unknown"


def machine() -> str:
    """Processor, cores and Python, as far as they can be told."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}"
