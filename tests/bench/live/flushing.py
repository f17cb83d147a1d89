"""What a flush costs in the page, beside a bare loop: the part of `make bench` for the browser."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.live import results
from tests.bench.measuring import ROOT
from tests.product.running import own_environment


def flushes() -> Iterator[str]:
    """Measure where thirty rows are on the screen, and where all three hundred are."""
    with tempfile.TemporaryDirectory(prefix="tidewatch-bench-") as made:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.live.browser_flush"],
            cwd=ROOT,
            env=own_environment(Path(made)),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    cases = json.loads(done.stdout)
    results.save("browser_flush", {"cases": cases})
    for case in cases:
        yield ", ".join(f"{name} {value}" for name, value in case.items())
