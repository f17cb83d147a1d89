from __future__ import annotations

from typing import Any

import pytest

from exchange.paper import running_paper
from exchange.paper.market.markets import catalogue
from tests.exchange.paper.caller import KEY, Caller


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        ("object", {"error": "ERR_RATE_LIMIT"}),
        ("array", ["error", 11010, "ratelimit: error"]),
        ("message", {"message": "Ratelimit"}),
    ],
)
def test_too_many_calls_are_refused_in_any_of_the_known_forms(shape: str, body: Any) -> None:
    with running_paper(
        keys=[KEY], listed=catalogue()[:3], rate_limits=True, rate_limit_answer=shape
    ) as paper:
        caller = Caller(paper.rest_url)
        answers = [caller.public("/v1/symbols") for _ in range(6)]
        refused = paper.ledger.requests[-1]

    assert (answers[-1].status_code, answers[-1].json()) == (429, body)
    assert (refused.status, refused.verdict) == (429, "rate limit")


def test_no_limit_is_in_force_unless_asked_for() -> None:
    with running_paper(keys=[KEY], listed=catalogue()[:3]) as paper:
        caller = Caller(paper.rest_url)
        statuses = {caller.public("/v1/symbols").status_code for _ in range(20)}

    assert statuses == {200}
