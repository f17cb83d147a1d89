"""Row by row: what an answer to a write proves."""

from __future__ import annotations

from decimal import Decimal
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
)
from exchange.models.orders import Order
from exchange.new_order import NewOrder
from exchange.order_operations import CancelOrder, CancelOrders, OrderUpdate
from exchange.outcomes.orders import (
    cancelled,
    cancelled_by_cid,
    cancelled_many,
    operated,
    submitted,
    updated,
)
from tests.exchange.outcomes.answers import ANYTHING

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
    assert (verdict.code, verdict.is_final) == (code, True)
    assert verdict.reason.startswith("words")


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
    assert verdict.is_final is False
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


def test_an_unknown_outcome_says_what_is_known():
    unreadable = notification(content=[[5]])
    nothing = operated(200, notification(content=[notification(content=[])]), operations=[NEW])

    assert str(judge(["error", 10000, "something"], 500)) == (
        "HTTP 500, something (10000): the order may stand"
    )
    assert str(judge(notification(content=[]))) == "accepted, but without an order"
    assert str(judge(notification(content=[[*ORDER[:2], 5, *ORDER[3:]]]))) == (
        f"accepted, but with client id 5, not {CID}"
    )
    assert str(cancelled(200, notification(content=ORDER), sent=True, expected_id=9)) == (
        "the answer speaks of order 123, not 9"
    )
    assert str(operate([], OPERATIONS)) == "accepted, but not 5 answers came"
    assert "accepted, but the order is unreadable: Order row" in str(judge(unreadable))
    assert "accepted, but the orders are unreadable" in str(
        cancelled_many(200, unreadable, expected_ids=None)
    )
    assert str(nothing) == "[OutcomeUnknown('accepted, but without an order')]"


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


def test_a_small_nonce_is_explained_by_its_three_causes():
    verdict = judge(["error", 10114, "nonce: small"], 500)

    assert str(verdict) == (
        "nonce: small; a higher nonce was used with this key before: by a clock that ran ahead,"
        " by another program with the same key, or before a backup was restored (10114)"
    )


SUCCESS = notification(content=ORDER)
CHANGE = OrderUpdate(id=123, price=Decimal(2))
CHANGE_BY_CID = OrderUpdate(cid=CID, cid_date="2026-11-22", price=Decimal(2))


def test_an_update_answers_with_the_order_it_was_about():
    assert isinstance(updated(200, SUCCESS, change=CHANGE), Order)
    assert isinstance(updated(200, SUCCESS, change=CHANGE_BY_CID), Order)
    assert isinstance(cancelled_by_cid(200, SUCCESS, expected_cid=CID), Order)


@pytest.mark.parametrize(
    "change",
    [OrderUpdate(id=124, gid=1), OrderUpdate(cid=CID + 1, cid_date="2026-11-22", gid=1)],
)
def test_an_update_of_something_else_leaves_the_outcome_unknown(change):
    assert type(updated(200, SUCCESS, change=change)) is OutcomeUnknown
    assert type(cancelled_by_cid(200, SUCCESS, expected_cid=CID + 1)) is OutcomeUnknown


def test_a_refused_update_says_why():
    refused = ["error", 10001, "Invalid order: minimum size"]

    assert type(updated(500, refused, change=CHANGE)) is InvalidRequest
    assert type(cancelled_by_cid(500, refused, expected_cid=CID)) is InvalidRequest
    assert type(cancelled_many(500, refused, expected_ids=None)) is InvalidRequest


def many(content: Any, expected_ids: Any = None) -> Any:
    return cancelled_many(200, notification(content=content), expected_ids=expected_ids)


def test_cancelling_several_answers_with_those_found():
    assert [order.id for order in many([ORDER, ORDER])] == [123, 123]
    assert many([ORDER], {122, 123})[0].id == 123
    assert many([]) == []


@pytest.mark.parametrize("content", [None, "x", ORDER, [ORDER[:9]]], ids=range(4))
def test_cancelling_several_without_readable_orders_leaves_the_outcome_unknown(content):
    assert type(many(content)) is OutcomeUnknown


def test_cancelling_several_that_were_not_asked_for_leaves_the_outcome_unknown():
    assert "[123], not asked for" in str(many([ORDER], {122}))


NEW = NewOrder(symbol="tBTCUSD", type="LIMIT", amount=Decimal(1), price=Decimal(1), cid=CID)
OPERATIONS = [NEW, CHANGE, CHANGE_BY_CID, CancelOrder(123), CancelOrders(gids=[5])]
ANSWERS = [
    notification(content=[ORDER]),
    *[notification(content=ORDER)] * 3,
    notification(content=[ORDER, ORDER]),
]


def operate(answers: Any, operations: Any, status: str = "SUCCESS") -> Any:
    body = notification(status, answers, "the words of the whole")
    return operated(200, body, operations=operations)


def test_each_of_several_operations_has_its_orders():
    results = operate(ANSWERS, OPERATIONS)

    assert [[order.id for order in orders] for orders in results] == [[123]] * 4 + [[123, 123]]


@pytest.mark.parametrize(
    ("answer", "operation", "leaf"),
    [
        (notification("ERROR", [[None]], "Invalid price."), NEW, InvalidRequest),
        (notification("INFO", [ORDER]), NEW, OutcomeUnknown),
        (["error", 10114, "nonce: small"], NEW, NonceTooSmall),
        (None, NEW, OutcomeUnknown),
        (notification(content=[]), NEW, OutcomeUnknown),
        (notification(content=None), NEW, OutcomeUnknown),
        (notification(content=[[5]]), NEW, OutcomeUnknown),
        (notification(content=[[*ORDER[:2], CID + 1, *ORDER[3:]]]), NEW, OutcomeUnknown),
        (notification(content=ORDER), CancelOrder(124), OutcomeUnknown),
        (notification(content=ORDER), OrderUpdate(id=124, gid=1), OutcomeUnknown),
    ],
    ids=range(10),
)
def test_one_of_several_operations_may_fail_by_itself(answer, operation, leaf):
    failed, done = operate([answer, notification(content=ORDER)], [operation, CHANGE])

    assert type(failed) is leaf
    assert [order.id for order in done] == [123]


def test_a_refusal_of_several_operations_is_to_be_looked_up():
    verdict = operate(None, OPERATIONS, "ERROR")

    assert type(verdict) is InvalidRequest
    assert (verdict.reason, verdict.is_final) == ("the words of the whole", False)


def test_a_refusal_of_several_operations_keeps_its_code():
    verdict = operated(500, ["error", 10001, "Invalid order."], operations=OPERATIONS)

    assert type(verdict) is InvalidRequest
    assert (verdict.code, verdict.is_final) == (10001, False)


@pytest.mark.parametrize("answers", [None, [], ANSWERS[:4], "x"], ids=range(4))
def test_several_operations_without_an_answer_for_each_leave_the_outcome_unknown(answers):
    assert type(operate(answers, OPERATIONS)) is OutcomeUnknown
    assert type(operated(502, None, operations=OPERATIONS)) is OutcomeUnknown


@given(st.integers(100, 599), ANYTHING | ANYTHING.map(lambda part: notification(content=part)))
def test_no_answer_surprises_the_judges(http_status, body):
    for verdict in (
        judge(body, http_status),
        cancelled(http_status, body, sent=True, expected_id=1),
        cancelled_by_cid(http_status, body, expected_cid=1),
        updated(http_status, body, change=CHANGE),
        cancelled_many(http_status, body, expected_ids=[1]),
        operated(http_status, body, operations=[NEW]),
    ):
        assert isinstance(verdict, Order | Refused | OutcomeUnknown | list)
