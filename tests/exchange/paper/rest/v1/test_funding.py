from __future__ import annotations

import pytest

from tests.exchange.paper.caller import Caller


@pytest.mark.parametrize(
    "path",
    [
        "credits",
        "offers",
        "offers/hist",
        "mytrades_funding",
        "taken_funds",
        "unused_taken_funds",
        "total_taken_funds",
    ],
)
def test_nobody_has_lent_or_borrowed_anything(caller: Caller, path: str) -> None:
    assert caller.v1(f"/v1/{path}").json() == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("offer/new", "Invalid offer: funding is not available on paper"),
        ("offer/status", "No such offer found."),
        ("offer/cancel", "Offer could not be cancelled."),
        ("funding/close", "No such offer found."),
        ("basket_manage", "Invalid basket"),
    ],
)
def test_what_would_lend_or_borrow_is_refused(caller: Caller, path: str, words: str) -> None:
    answer = caller.v1(f"/v1/{path}")

    assert (answer.status_code, answer.json()) == (400, {"message": words})
