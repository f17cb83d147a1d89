"""Row by row: what an answer to a write proves."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import (
    ExchangeError,
    InvalidRequest,
    NonceTooSmall,
    NotAuthenticated,
    NotPermitted,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Refused,
    UnderMaintenance,
)
from exchange.models import Order
from exchange.outcomes import cancelled, refusal, submitted, v1_refusal, v1_written

CID = 2**44 + 7
ORDER = [
    *[123, None, CID, "tBTCUSD", 1700000000000, 1700000000000, 1, 1, "EXCHANGE LIMIT", None],
    *[None, None, 0, "ACTIVE", None, None, 61000, 0],
]


def notification(status: str = "SUCCESS", content: Any = None, text: str = "words") -> list[Any]:
    return [1700000000, "on-req", None, None, content, None, status, text]


def judge(body: Any, status: int = 200, *, sent: bool = True) -> Order | ExchangeError:
    return submitted(status, body, sent=sent, expected_cid=CID)


def test_nothing_left_so_nothing_happened():
    assert isinstance(judge(None, 0, sent=False), NotSent)


@pytest.mark.parametrize("http_status", [200, 400, 500])
@pytest.mark.parametrize(
    ("code", "leaf"),
    [
        (10020, InvalidRequest),
        (10100, NotAuthenticated),
        (10111, NotAuthenticated),
        (10112, NotAuthenticated),
        (10113, NotAuthenticated),
        (10114, NonceTooSmall),
        (11010, RateLimited),
    ],
)
def test_certain_codes_are_final_refusals_under_any_http_status(code, leaf, http_status):
    verdict = judge(["error", code, "words"], http_status)

    assert type(verdict) is leaf
    assert (verdict.code, verdict.reason, verdict.is_final) == (code, "words", True)


@pytest.mark.parametrize(
    ("words", "leaf"),
    [
        ("Invalid order: not enough exchange balance for 1 BTCUSD at 5.0", InvalidRequest),
        ("price: invalid", InvalidRequest),
        ("api_key: permission invalid", NotPermitted),
    ],
)
def test_the_generic_code_is_a_refusal_to_be_looked_up_once(words, leaf):
    verdict = judge(["error", 10001, words], 500)

    assert type(verdict) is leaf
    assert not verdict.is_final


@pytest.mark.parametrize(
    ("http_status", "body"),
    [
        (429, None),
        (429, {"error": "ERR_RATE_LIMIT"}),
        (500, {"error": "ERR_RATE_LIMIT"}),
        (429, {"message": "Ratelimit"}),
        (429, ["error", 11010, "ratelimit: error"]),
    ],
)
def test_a_rate_limit_is_a_refusal_to_be_looked_up_once(http_status, body):
    verdict = judge(body, http_status)

    assert type(verdict) is RateLimited
    assert not verdict.is_final
    assert verdict.wait_seconds == 60


@pytest.mark.parametrize(
    ("http_status", "body"),
    [
        (500, ["error", 10000, "unknown"]),
        (500, ["error", 10008, "concurrency"]),
        (500, ["error", 20060, "maintenance"]),
        (500, ["error", 99999, "new"]),
        (500, ["error", True, "no code"]),
        (500, {"code": 503, "error": "temporarily_unavailable"}),
        (200, None),
        (200, []),
        (200, {}),
        (200, "text"),
        (301, None),
        (302, []),
        (403, None),
        (418, None),
        (451, {"message": "no"}),
        (500, None),
        (502, None),
        (503, None),
        (504, None),
        (520, None),
        (524, None),
        (500, notification(content=[ORDER])),
    ],
    ids=str,
)
def test_anything_else_leaves_the_outcome_unknown(http_status, body):
    assert type(judge(body, http_status)) is OutcomeUnknown


def test_success_with_our_client_id_is_the_order():
    order = judge(notification(content=[ORDER]))

    assert isinstance(order, Order)
    assert order.id == 123


@pytest.mark.parametrize("status", ["ERROR", "FAILURE"])
def test_an_error_notification_is_a_final_refusal(status):
    verdict = judge(notification(status, text="Invalid price."))

    assert type(verdict) is InvalidRequest
    assert (verdict.reason, verdict.code, verdict.is_final) == ("Invalid price.", None, True)


@pytest.mark.parametrize(
    "body",
    [
        notification("INFO", [ORDER]),
        notification("success", [ORDER]),
        notification(content=None),
        notification(content=[]),
        notification(content=[None]),
        notification(content=ORDER),
        notification(content=[ORDER[:10]]),
        notification(content=[[*ORDER[:2], CID + 1, *ORDER[3:]]]),
        notification(content=[[*ORDER[:2], None, *ORDER[3:]]]),
        notification(content=[ORDER])[:6],
        [None] * 8,
    ],
    ids=range(11),
)
def test_success_that_does_not_show_our_order_leaves_the_outcome_unknown(body):
    assert type(judge(body)) is OutcomeUnknown


def test_an_order_without_a_client_id_is_taken_as_it_comes():
    order = submitted(200, notification(content=[ORDER]), sent=True, expected_cid=None)

    assert isinstance(order, Order)


def test_a_cancellation_answers_with_one_flat_order():
    order = cancelled(200, notification(content=ORDER), sent=True, expected_id=123)

    assert isinstance(order, Order)
    assert order.is_open


@pytest.mark.parametrize("content", [None, [], [ORDER], [124, *ORDER[1:]]], ids=range(4))
def test_a_cancellation_of_something_else_leaves_the_outcome_unknown(content):
    verdict = cancelled(200, notification(content=content), sent=True, expected_id=123)

    assert type(verdict) is OutcomeUnknown


def test_a_refused_cancellation_says_why():
    verdict = cancelled(500, ["error", 10001, "Order not found."], sent=True, expected_id=123)

    assert isinstance(verdict, InvalidRequest)
    assert verdict.reason == "Order not found."
    assert isinstance(cancelled(0, None, sent=False, expected_id=1), NotSent)


def test_an_unknown_code_of_a_read_keeps_code_and_words():
    verdict = refusal(500, ["error", 10999, "new words"])

    assert type(verdict) is Refused
    assert str(verdict) == "new words (10999)"
    assert type(refusal(500, ["error", 20060, "maintenance"])) is UnderMaintenance


@pytest.mark.parametrize("body", [None, [], [1], {}, {"error": "x"}, ["error"], ["error", "1", 2]])
def test_an_answer_is_not_taken_for_a_refusal(body):
    assert refusal(200, body) is None
    assert v1_refusal(200, body) is None


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
    verdict = v1_written(http_status, {"message": words})

    assert type(verdict) is leaf


@pytest.mark.parametrize(
    ("http_status", "body"),
    [(500, {"message": "Internal"}), (502, None), (200, None), (200, {}), (200, {"id": 1})],
)
def test_v1_leaves_the_outcome_unknown_where_it_says_neither(http_status, body):
    assert type(v1_written(http_status, body)) is OutcomeUnknown


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.text(max_size=5), inner),
)


@given(st.integers(100, 599), ANYTHING | ANYTHING.map(lambda part: notification(content=part)))
def test_no_answer_surprises_the_judges(http_status, body):
    for verdict in (
        judge(body, http_status),
        cancelled(http_status, body, sent=True, expected_id=1),
        v1_written(http_status, body),
    ):
        assert isinstance(verdict, Order | Refused | OutcomeUnknown)
