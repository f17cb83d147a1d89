"""Every fault of an order's way and of keys is tried, and its number says where."""

from __future__ import annotations

import re
from pathlib import Path

from tests.chaos.matrix import BANS, ROWS
from tests.product.running import ROOT

# By the kill points, by fifty presses and by eight processes: H2, H3 and H4 are not rows.
FIGURES = {"F24", *(f"F{number}" for number in range(29, 34)), "F55"}
# Withdrawing, transferring: see docs/chaos.md.
UNTRIED = {"F53", "F54"}


def numbers_of_rows() -> set[str]:
    return {row.name.split()[0] for row in ROWS + BANS}


def numbers_of_tests() -> set[str]:
    """Return the faults that names of tests begin with."""
    found: set[str] = set()
    for path in Path(ROOT, "tests").rglob("test_*.py"):
        for name in re.findall(r"^ *(?:async )?def test_((?:f\d+b?_)+)", path.read_text(), re.M):
            found |= {number.upper() for number in name.strip("_").split("_")}
    return found


def test_every_fault_has_a_row_a_figure_or_a_test_of_its_number() -> None:
    wanted = {f"F{number:02}" for number in range(1, 70)}

    assert wanted - numbers_of_rows() - numbers_of_tests() - FIGURES == UNTRIED


def test_no_two_rows_have_one_name() -> None:
    names = [row.name for row in ROWS + BANS]

    assert len(names) == len(set(names))
