"""Row by row: what the answers to transfers, withdrawals, alerts and tokens prove."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import InvalidRequest, NotPermitted, OutcomeUnknown, RateLimited, Refused
from exchange.models.account import Alert
from exchange.models.transfers import DepositAddress, Transfer, Withdrawal
from exchange.outcomes.account import (
    addressed,
    alert_deleted,
    alert_set,
    token_made,
    transferred,
    withdrawn,
)
from tests.exchange.outcomes.answers import ANYTHING

WITHDRAWAL = [13063236, None, "bitcoin", None, "exchange", 1, None, None, Decimal("0.0004")]
TRANSFER = [1616451183763, "exchange", "margin", None, "UST", "UST", None, 1]
ADDRESS = [None, "BITCOIN", "BTC", None, "1abc", None]
ALERT = ["price:tETHUSD:185", "price", "tETHUSD", 185, 100]
JUDGES = (transferred, addressed, withdrawn, alert_set, alert_deleted, token_made)


def notification(content: Any, status: str = "SUCCESS", text: str = "words") -> list[Any]:
    return [1582271520931, "acc_wd-req", None, None, content, None, status, text]


@pytest.mark.parametrize(
    ("judge", "content", "model"),
    [
        (transferred, TRANSFER, Transfer),
        (addressed, ADDRESS, DepositAddress),
        (withdrawn, WITHDRAWAL, Withdrawal),
    ],
)
def test_success_shows_what_was_done(judge, content, model):
    assert isinstance(judge(200, notification(content)), model)
    assert type(judge(200, notification([1]))) is OutcomeUnknown
    assert type(judge(200, notification(None))) is OutcomeUnknown
    assert type(judge(502, None)) is OutcomeUnknown


def test_a_withdrawal_without_an_id_was_refused_though_it_says_success():
    # As recorded.
    body = notification([0, *WITHDRAWAL[1:]], text="Invalid bitcoin address (abcdef)")
    verdict = withdrawn(200, body)
    body[5] = 10001

    assert type(verdict) is InvalidRequest
    assert (verdict.reason, verdict.is_final) == ("Invalid bitcoin address (abcdef)", True)
    assert (verdict.code, withdrawn(200, body).code) == (None, 10001)


def test_money_that_may_have_moved_is_said_to_be_accepted():
    verdict = transferred(200, notification([1]))

    assert str(verdict).startswith("accepted, but unreadable: Transfer row ([1],): 1 members")


@pytest.mark.parametrize("judge", [transferred, addressed, withdrawn])
def test_an_error_is_a_refusal(judge):
    assert type(judge(200, notification(None, "ERROR"))) is InvalidRequest
    assert type(judge(500, ["error", 10001, "Momentary balance check."])) is InvalidRequest


def test_alerts_and_tokens_come_without_an_envelope():
    assert isinstance(alert_set(200, ALERT), Alert)
    assert alert_deleted(200, [True]) is True
    assert alert_deleted(200, [False]) is False
    assert token_made(200, ["pub:api:1234-rw"]) == "pub:api:1234-rw"


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize(
    ("status", "body", "leaf"),
    [
        (500, ["error", 10001, "api_key: permission invalid"], NotPermitted),
        (429, {"error": "ERR_RATE_LIMIT"}, RateLimited),
        (500, ["error", 10000, "unknown"], OutcomeUnknown),
        (503, {"code": 503, "error": "temporarily_unavailable"}, OutcomeUnknown),
        (200, None, OutcomeUnknown),
        (200, [], OutcomeUnknown),
        (200, {}, OutcomeUnknown),
        (200, [None], OutcomeUnknown),
    ],
    ids=range(8),
)
def test_a_failure_is_judged_by_the_table(judge, status, body, leaf):
    assert type(judge(status, body)) is leaf


@given(st.integers(100, 599), ANYTHING | ANYTHING.map(notification))
def test_no_answer_surprises_the_judges(status, body):
    for judge in JUDGES:
        verdict = judge(status, body)
        assert isinstance(
            verdict,
            Refused | OutcomeUnknown | Transfer | DepositAddress | Withdrawal | Alert | bool | str,
        )
