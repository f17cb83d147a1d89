"""The tables in docs/performance.md, written from the results."""

from __future__ import annotations

import json
from typing import Any

from tests.bench.measuring import RESULTS, ROOT

PAGE = ROOT / "docs" / "performance.md"
START, END = "<!-- written by make bench -->", "<!-- end -->"


def table(result: dict[str, Any]) -> str:
    """One comparison as a table, best ratio first."""
    budget = result["budget"]
    aim = f" Budget: {budget} × {result['reference']}." if budget else ""
    lines = [
        f"### {result['title']}",
        "",
        f"{result['unit']}; medians of {result['rounds']} interleaved rounds.{aim}",
        "",
        f"| who | {result['unit']} | × {result['reference']} | middle half of the rounds |",
        "|---|---:|---:|---:|",
    ]
    for who, ratio in sorted(result["ratios"].items(), key=lambda item: item[1]):
        low, high = result["spreads"][who]
        name = f"**{who}**" if who == "ours" else who
        median = f"{result['medians'][who]:,.1f}"
        lines.append(f"| {name} | {median} | {ratio:.2f} | {low:.2f} – {high:.2f} |")
    lines += ["", f"{result['date']}, commit {result['commit']}, {result['machine']}.", ""]
    return "\n".join(lines)


def write() -> None:
    """Put all results between the two marks of the page."""
    results = [json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))]
    tables = "\n".join(table(result) for result in results)
    before, _, rest = PAGE.read_text().partition(START)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{START}\n\n{tables}\n{END}{after}")
