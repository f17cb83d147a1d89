from __future__ import annotations

import pytest

from exchange.errors import Refused, UnderMaintenance
from exchange.outcomes.refusals import is_unavailable, refusal


def test_a_server_that_is_down_says_so_in_an_object():
    assert is_unavailable({"code": 503, "error": "temporarily_unavailable"})
    assert not is_unavailable({"error": "else"})
    assert not is_unavailable([503])


def test_an_unknown_code_of_a_read_keeps_code_and_words():
    verdict = refusal(500, ["error", 10999, "new words"])

    assert type(verdict) is Refused
    assert str(verdict) == "new words (10999)"
    assert type(refusal(500, ["error", 20060, "maintenance"])) is UnderMaintenance


@pytest.mark.parametrize("body", [None, [], [1], {}, {"error": "x"}, ["error"], ["error", "1", 2]])
def test_an_answer_is_not_taken_for_a_refusal(body):
    assert refusal(200, body) is None
