from __future__ import annotations

import pytest

from exchange.paper.refusals import Refusal
from exchange.paper.rest.histories import span

MOMENTS = [(1, "a"), (2, "b"), (2, "c"), (5, "d")]


def newest(**asked: int) -> str:
    found = span(asked, default=3, most=4).newest(MOMENTS, lambda entry: entry[0])
    return "".join(name for _, name in found)


def test_the_newest_come_first_and_those_of_one_moment_turned_round() -> None:
    assert newest() == "dcb"
    assert newest(limit=4) == "dcba"


def test_both_ends_are_part_of_a_span() -> None:
    assert newest(start=2, end=5) == "dcb"
    assert newest(start=3) == "d"
    assert newest(end=1) == "a"
    assert newest(end=0) == ""


def test_no_limit_and_a_limit_of_nothing_are_the_same() -> None:
    assert newest(limit=0) == newest()


def test_more_than_there_may_be_is_refused() -> None:
    with pytest.raises(Refusal, match="limit: invalid"):
        span({"limit": 5}, default=3, most=4)
