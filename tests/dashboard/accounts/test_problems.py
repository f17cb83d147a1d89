from __future__ import annotations

import pytest

from dashboard.accounts.problems import problem_text
from dashboard.accounts.sealing import SealingError
from exchange import errors


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (errors.NotSent("x"), "cannot be reached"),
        (errors.ClockAhead("x"), "Set the clock right"),
        (errors.NoAnswer("x"), "did not answer"),
        (errors.DecodeError("x"), "do not understand"),
        (errors.NotAuthenticated("apikey: invalid", 10100), "does not accept this key"),
        (errors.NonceTooSmall("nonce: small", 10114), "a key of its own"),
        (errors.NotPermitted("x"), "lacks the permission"),
        (errors.RateLimited("x"), "slow down"),
        (errors.UnderMaintenance("x"), "maintenance"),
        (errors.InvalidRequest("x"), "refused to answer"),
        (SealingError("The key file is gone."), "The key file is gone."),
    ],
)
def test_each_problem_has_its_sentence(problem: Exception, words: str) -> None:
    text = problem_text(problem)

    assert words in text
    assert text.endswith(".")
