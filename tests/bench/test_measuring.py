from __future__ import annotations

from dataclasses import asdict

import pytest

from tests.bench.measuring import Result, compare
from tests.bench.page import table


@pytest.fixture
def result() -> Result:
    floor = iter([99.0, 2.0, 4.0, 4.0])
    ours = iter([99.0, 3.0, 4.0, 6.0])
    return compare(
        "thing",
        "A thing",
        "µs",
        {"floor": lambda: next(floor), "ours": lambda: next(ours)},
        reference="floor",
        budget=1.2,
        rounds=3,
    )


def test_the_first_round_does_not_count_and_ratios_are_those_of_a_round(result):
    assert result.medians == {"floor": 4.0, "ours": 4.0}
    assert result.ratios == {"floor": 1.0, "ours": 1.5}
    assert result.spreads["ours"] == (1.0, 1.5)


def test_a_result_says_where_when_and_what_was_measured(result):
    assert "cores, Python" in result.machine
    assert result.date.endswith(" UTC")
    assert result.commit


def test_a_table_lists_the_fastest_first_and_the_budget(result):
    lines = table(asdict(result)).splitlines()

    assert "medians of 3 interleaved rounds. Budget: 1.2 × floor." in lines[2]
    assert lines[6] == "| floor | 4.0 | 1.00 | 1.00 – 1.00 |"
    assert lines[7] == "| **ours** | 4.0 | 1.50 | 1.00 – 1.50 |"
