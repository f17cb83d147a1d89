"""The tables in docs/performance.md, written from the results."""

from __future__ import annotations

import json
from typing import Any

from tests.bench.live import tables
from tests.bench.measuring import RESULTS, ROOT

PAGE = ROOT / "docs" / "performance.md"
START, END = "<!-- written by make bench -->", "<!-- end -->"
LIVE_START, LIVE_END = "<!-- live path, written by make bench -->", "<!-- end of the live path -->"


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
    """Put all results between their marks on the page."""
    found = [json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))]
    text = replaced(PAGE.read_text(), START, END, "\n".join(table(result) for result in found))
    PAGE.write_text(replaced(text, LIVE_START, LIVE_END, tables.written()))


def replaced(text: str, start: str, end: str, new: str) -> str:
    """Return the text with other words between two marks."""
    before, _, rest = text.partition(start)
    _, _, after = rest.partition(end)
    return f"{before}{start}\n\n{new}\n{end}{after}"
