"""The page about the paper exchange is run as it is printed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from exchange.paper import faults
from exchange.paper.faults.catalogue import KINDS, read_fault

PAGE = (Path(__file__).parents[3] / "docs" / "paper.md").read_text()
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
ROWS = re.findall(r"^\| `(\w+)` \| `(\w+)[(`]", PAGE, re.MULTILINE)
SENT = re.findall(r"/admin/faults .*\n? *-d '(\{.*\})'", PAGE)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_line_of_the_page_runs(example: str) -> None:
    exec(example, {})  # noqa: S102


def test_there_are_examples_to_run() -> None:
    assert len(EXAMPLES) >= 2
    assert len(SENT) == 1


def test_every_fault_is_in_the_table() -> None:
    assert dict(ROWS) == {name: kind.__name__ for name, kind in KINDS.items()}
    assert all(hasattr(faults, made) for _, made in ROWS)


def test_what_the_page_sends_is_a_fault() -> None:
    (fault,) = (read_fault(json.loads(sent)) for sent in SENT)

    assert isinstance(fault, faults.AfterAccept)
