"""Row by row: what an answer of REST v1 proves."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from exchange.errors import (
    InvalidRequest,
    NonceTooSmall,
    NotAuthenticated,
    NotPermitted,
    OutcomeUnknown,
    RateLimited,
    Refused,
)
from exchange.models import v1 as models_v1
from exchange.models.transfers import DepositAddress
from exchange.outcomes.v1 import addressed, moved, refusal, written
from tests.exchange.outcomes.answers import ANYTHING

ADDRESS = {"result": "success", "method": "bitcoin", "currency": "BTC", "address": "1abc"}


@pytest.mark.parametrize("body", [None, [], [1], {}, {"error": "x"}, {"message": "done"}])
def test_an_answer_is_not_taken_for_a_refusal(body):
    assert refusal(200, body) is None


@pytest.mark.parametrize(
    ("http_status", "words", "leaf"),
    [
        (401, "Could not find a key matching the given X-BFX-APIKEY.", NotAuthenticated),
        (400, "Invalid X-BFX-SIGNATURE.", NotAuthenticated),
        (400, "Nonce is too small.", NonceTooSmall),
        (403, "This API key does not have permission for this action", NotPermitted),
        (400, "Invalid order: not enough exchange balance for 1 at 2", InvalidRequest),
        (404, "Unknown symbol", InvalidRequest),
        (429, "Ratelimit", RateLimited),
        (429, "other words", RateLimited),
    ],
)
def test_v1_refuses_in_words(http_status, words, leaf):
    verdict = written(http_status, {"message": words}, models_v1.order)

    assert type(verdict) is leaf


@pytest.mark.parametrize(
    ("http_status", "body"),
    [(500, {"message": "Internal"}), (502, None), (200, None), (200, {}), (200, {"id": 1})],
)
def test_v1_leaves_the_outcome_unknown_where_it_says_neither(http_status, body):
    assert type(written(http_status, body, models_v1.order)) is OutcomeUnknown


def test_a_small_nonce_is_explained():
    verdict = refusal(400, {"message": "Nonce is too small."})

    assert str(verdict).startswith("Nonce is too small. a higher nonce was used")


def test_a_withdrawal_and_a_transfer_succeed_with_words():
    entry = {"status": "success", "message": "1.0 USD", "withdrawal_id": 586829}

    assert moved(200, [entry], models_v1.withdrawal_id) == 586829
    assert moved(200, [entry], models_v1.message) == "1.0 USD"


@pytest.mark.parametrize(
    "entry",
    [
        {"status": "error", "message": "Momentary balance check.", "withdrawal_id": 0},
        {"status": "success", "message": "Momentary balance check.", "withdrawal_id": 0},
        {"status": "error", "message": "Momentary balance check."},
    ],
)
def test_money_may_be_refused_under_success(entry):
    verdict = moved(200, [entry], models_v1.withdrawal_id)

    assert type(verdict) is InvalidRequest
    assert verdict.reason == "Momentary balance check."


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, None),
        (200, []),
        (200, [5]),
        (200, [{}]),
        (200, [{"status": 1}]),
        (200, [{"status": "pending"}]),
        (200, [{"status": "success"}]),
        (502, None),
    ],
    ids=range(8),
)
def test_money_that_may_have_moved_is_of_unknown_outcome(status, body):
    assert type(moved(status, body, models_v1.withdrawal_id)) is OutcomeUnknown


def test_an_address_is_told_or_refused():
    read = models_v1.deposit_address

    assert isinstance(addressed(200, ADDRESS, read), DepositAddress)
    assert str(addressed(200, {"result": "error", "address": "No such method"}, read)) == (
        "No such method"
    )
    assert str(addressed(200, {"result": "error"}, read)) == "no address"
    assert type(addressed(500, {"result": "error"}, read)) is OutcomeUnknown
    assert type(addressed(401, {"message": "x"}, read)) is NotAuthenticated


@given(body=ANYTHING)
def test_no_answer_surprises_the_judges(body: Any):
    for judge, read in (
        (written, models_v1.order),
        (moved, models_v1.withdrawal_id),
        (addressed, models_v1.deposit_address),
    ):
        assert isinstance(judge(200, body, read), Refused | OutcomeUnknown)


def test_refusals_without_words_are_those_of_v2():
    assert type(refusal(500, {"error": "ERR_RATE_LIMIT"})) is RateLimited
    assert type(refusal(500, ["error", 10100, "apikey: invalid"])) is NotAuthenticated


def test_a_refusal_has_the_words_of_the_exchange_and_no_others():
    verdicts = [
        written(404, {"message": "Unknown symbol"}, models_v1.order),
        moved(200, [{"status": "error", "message": "Wait a while."}], models_v1.message),
        moved(200, [{"status": "error"}], models_v1.message),
        addressed(200, {"result": "error", "message": "No."}, models_v1.deposit_address),
    ]

    assert [verdict.reason for verdict in verdicts] == [
        "Unknown symbol",
        "Wait a while.",
        "",
        "No.",
    ]


def test_an_unknown_outcome_says_what_is_known():
    assert str(moved(200, [{"status": "waiting"}], models_v1.message)) == "status waiting"
    assert str(moved(200, [{"status": "x" * 60}], models_v1.message)) == f"status {'x' * 40}"
    assert "HTTP 502" in str(written(502, None, models_v1.order))
    assert "unreadable" in str(written(200, {}, models_v1.order))
