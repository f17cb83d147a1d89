"""What people and logs are told of an answer, besides the class of the verdict."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.errors import InvalidRequest
from exchange.outcomes.writes import notified


def notification(status: str, code: int | None = None) -> list[Any]:
    return [1700000000, "on-req", None, None, None, code, status, "words"]


def test_a_refusing_notification_keeps_its_code_and_its_words():
    verdict = notified(200, notification("ERROR", 10001))

    assert isinstance(verdict, InvalidRequest)
    assert (verdict.reason, verdict.code) == ("words", 10001)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, notification("INFO"), "status INFO: words"),
        (200, notification("X" * 100), f"status {'X' * 40}: words"),
        (502, None, "HTTP 502 without a verdict"),
        (200, None, "an unreadable answer: Notification row (None,): not an array"),
    ],
    ids=range(4),
)
def test_an_unknown_outcome_says_what_came(status, body, words):
    assert str(notified(status, body)) == words


def test_what_did_not_leave_is_said_to_be_here():
    assert str(notified(0, None, sent=False)) == "nothing left this machine"
