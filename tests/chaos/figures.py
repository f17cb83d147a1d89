"""Figures with what they were promised to be: printed, kept as JSON, and shown in docs/chaos.md."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.measuring import ROOT, commit, machine

RESULTS = Path(__file__).with_name("results")
PAGE = ROOT / "docs" / "chaos.md"
START, END = "<!-- written by make chaos -->", "<!-- end -->"
HEAD = (
    "| figure | what | promised | found | kept | seed | measured |",
    "|---|---|---|---|---|---:|---|",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One promise and what was found. details: sentences about all that was not as it should be."""

    name: str
    title: str
    promised: str
    found: str
    is_met: bool
    seed: int
    details: list[str] = field(default_factory=list)
    date: str = field(default_factory=lambda: f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    commit: str = field(default_factory=commit)
    machine: str = field(default_factory=machine)

    def save(self) -> None:
        RESULTS.mkdir(exist_ok=True)
        text = json.dumps(asdict(self), indent=2, ensure_ascii=False)
        (RESULTS / f"{self.name}.json").write_text(text + "\n")


def row(figure: dict[str, Any]) -> str:
    kept = "yes" if figure["is_met"] else "**no**"
    measured = f"{figure['date']}, {figure['commit']}"
    cells = [figure["name"], figure["title"], figure["promised"], figure["found"], kept]
    return f"| {' | '.join(cells)} | {figure['seed']} | {measured} |"


def write_page() -> None:
    """Put all results between the two marks of the page."""
    results = [json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))]
    table = "\n".join([*HEAD, *map(row, results)])
    before, _, rest = PAGE.read_text().partition(START)
    _, _, after = rest.partition(END)
    machines = sorted({figure["machine"] for figure in results})
    PAGE.write_text(f"{before}{START}\n\n{table}\n\n{'; '.join(machines)}.\n\n{END}{after}")
