"""The examples in the documentation are run as they are printed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import exchange
from exchange.paper import PaperKey, running_paper

PAGE = Path(__file__).parents[2] / "docs" / "exchange.md"
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)


def test_every_line_of_the_page_runs(capsys):
    names: dict[str, Any] = {}
    with running_paper(seed=5, keys=[PaperKey(key="demo-key", secret="demo-secret")]) as paper:
        for example in EXAMPLES:
            here = example.replace("http://127.0.0.1:8700", paper.rest_url)
            exec(here.replace("ws://127.0.0.1:8700/ws/2", paper.ws_url), names)  # noqa: S102
        names["client"].close()
    printed = capsys.readouterr().out

    assert "exchange BTC 0.5 0.5" in printed
    assert "ACTIVE" in printed
    assert "events, the first: Connected(" in printed
    assert " trades back to 20" in printed
    assert "0 open orders" in printed


@pytest.mark.parametrize("number", [0, 1])
def test_rest_and_stream_take_ten_lines_each(number):
    assert len(EXAMPLES) == 4
    assert len([line for line in EXAMPLES[number].splitlines() if line]) <= 12


def test_every_name_of_the_page_can_be_imported_from_the_package():
    inline = re.findall(r"`([A-Z]\w+|exchange\.\w+|(?:account_)?events\.\w+)`", PAGE.read_text())

    assert len(inline) > 20
    for name in set(inline) - {"Decimal", "UST"}:
        found: Any = exchange
        for part in name.removeprefix("exchange.").split("."):
            found = getattr(found, part)
