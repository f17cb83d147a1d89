"""Where the live path's results are kept: one file each, with what they were measured on."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import Any

from tests.bench.measuring import RESULTS, commit, machine

FOLDER = RESULTS / "live"


def as_json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def save(name: str, found: dict[str, Any]) -> None:
    """Write a result, with date, commit, machine and how busy it was when the run ended."""
    about = {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "commit": commit(),
        "machine": machine(),
        "load": [round(value, 1) for value in os.getloadavg()],
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    text = json.dumps(about | found, indent=1, ensure_ascii=False)
    (FOLDER / f"{name}.json").write_text(text + "\n")


def read(name: str) -> dict[str, Any]:
    """Return a result that was saved. Raises FileNotFoundError."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return found
