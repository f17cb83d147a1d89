"""The oracle shares no code with what it judges."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PAPER = Path(__file__).parents[3] / "exchange" / "paper"
ALLOWED = ("exchange.paper", "exchange.errors")


def imported(path: Path) -> Iterator[str]:
    """Name every module of ours that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_paper_exchange_imports_nothing_of_the_client_but_its_errors() -> None:
    found = {
        (path.name, name)
        for path in PAPER.rglob("*.py")
        for name in imported(path)
        if name.split(".")[0] == "exchange" and not name.startswith(ALLOWED)
    }

    assert found == set()
