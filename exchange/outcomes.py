"""What an answer means: refused for certain, accepted, or not to be told. Pure functions.

A read that failed may be repeated, so only writes need the fine distinctions:

    what came back                                           verdict
    nothing left this machine                                NotSent
    sent, and no readable answer                             OutcomeUnknown
    ["error", code, …] of `_CERTAIN_CODES`, any HTTP status  Refused, final
    ["error", 10001, …]                                      Refused, to be looked up once
    HTTP 429, {"error": "ERR_RATE_LIMIT"}                    RateLimited, to be looked up once
    any other error code, 5xx, 3xx, HTML, odd 4xx            OutcomeUnknown
    200, SUCCESS, one order, and it is ours                  the order
    200, ERROR or FAILURE                                    Refused, final
    200, other status, no order, another order               OutcomeUnknown
"""

from __future__ import annotations

from typing import Any

from exchange import models_v1
from exchange.errors import (
    DecodeError,
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
from exchange.models import Notification, Order

# Source: Bitfinex docs, Abbreviations glossary, error codes.
_LEAVES: dict[int, type[Refused]] = {
    10001: InvalidRequest,
    10020: InvalidRequest,
    10100: NotAuthenticated,
    10111: NotAuthenticated,
    10112: NotAuthenticated,
    10113: NotAuthenticated,
    10114: NonceTooSmall,
    11010: RateLimited,
    20060: UnderMaintenance,
}
_CERTAIN_CODES = frozenset({10020, 10100, 10111, 10112, 10113, 10114, 11010})
# One code for every refusal of an order, so it alone does not prove that nothing happened.
_GENERIC_CODE = 10001
_REFUSING_STATUSES = frozenset({"ERROR", "FAILURE"})


def refusal(status: int, body: Any) -> Refused | None:
    """Recognise a refusal of any shape; None where the answer is not one.

    body: the parsed JSON, None where there was none.
    """
    match body:
        case ["error", int(code), str(reason), *_] if type(code) is int:
            return _coded(status, code, reason)
        case {"error": "ERR_RATE_LIMIT"} | {"message": "Ratelimit"}:
            return RateLimited("too many calls", is_final=False)
    if status == 429:
        return RateLimited("too many calls", is_final=False)
    return None


def _coded(status: int, code: int, reason: str) -> Refused:
    leaf = _LEAVES.get(code, Refused)
    if code == _GENERIC_CODE and "permission" in reason:
        leaf = NotPermitted
    return leaf(reason, code, is_final=code in _CERTAIN_CODES and status != 429)


def v1_refusal(status: int, body: Any) -> Refused | None:
    """Recognise a refusal by REST v1, which has words but no codes; None where it is not one.

    A message under HTTP 5xx is no refusal: it may come after the order was taken.
    """
    match body:
        case {"message": str(reason)} if 400 <= status < 500 and status != 429:
            return _v1_leaf(status, reason)(reason)
    return refusal(status, body)


def _v1_leaf(status: int, reason: str) -> type[Refused]:
    if status == 401 or "X-BFX-" in reason:
        return NotAuthenticated
    if "Nonce is too small" in reason:
        return NonceTooSmall
    if status == 403:
        return NotPermitted
    return InvalidRequest


def submitted(
    status: int, body: Any, *, sent: bool, expected_cid: int | None
) -> Order | ExchangeError:
    """Judge the answer to a submitted order: the order, or the error to raise.

    body: the parsed JSON, None where nothing readable came. Source: Bitfinex docs, Submit order.
    """
    verdict = _notified(status, body, sent=sent)
    if isinstance(verdict, ExchangeError):
        return verdict
    content = verdict.content
    if not isinstance(content, list) or len(content) == 0:
        return OutcomeUnknown("accepted, but without an order")
    order = _order(content[0])
    if isinstance(order, Order) and expected_cid is not None and order.cid != expected_cid:
        return OutcomeUnknown(f"accepted, but with client id {order.cid}, not {expected_cid}")
    return order


def cancelled(status: int, body: Any, *, sent: bool, expected_id: int) -> Order | ExchangeError:
    """Judge the answer to a cancellation: the order, usually still active, or the error to raise.

    body: the parsed JSON, None where nothing readable came. Source: Bitfinex docs, Cancel order.
    """
    verdict = _notified(status, body, sent=sent)
    if isinstance(verdict, ExchangeError):
        return verdict
    order = _order(verdict.content)
    if isinstance(order, Order) and order.id != expected_id:
        return OutcomeUnknown(f"the answer speaks of order {order.id}, not {expected_id}")
    return order


def _order(row: Any) -> Order | OutcomeUnknown:
    try:
        return Order.from_wire(row)
    except DecodeError as error:
        return OutcomeUnknown(f"accepted, but the order is unreadable: {error}")


def _notified(status: int, body: Any, *, sent: bool) -> Notification | ExchangeError:
    """Return the notification of success, or what the rest of the table says."""
    if not sent:
        return NotSent("nothing left this machine")
    refused = refusal(status, body)
    if refused is not None:
        return refused if _is_certain(refused) else _unknown(status, refused)
    if status != 200:
        return OutcomeUnknown(f"HTTP {status} without a verdict")
    try:
        notification = Notification.from_wire(body)
    except DecodeError as error:
        return OutcomeUnknown(f"no notification: {error}")
    if notification.status in _REFUSING_STATUSES:
        return InvalidRequest(notification.text, notification.code)
    if notification.status != "SUCCESS":
        return OutcomeUnknown(f"status {notification.status[:40]}: {notification.text}")
    return notification


def _is_certain(refused: Refused) -> bool:
    return refused.code is None or refused.code in _CERTAIN_CODES or refused.code == _GENERIC_CODE


def _unknown(status: int, refused: Refused) -> OutcomeUnknown:
    return OutcomeUnknown(f"HTTP {status}, {refused}: the order may stand")


def v1_written(status: int, body: Any) -> Order | ExchangeError:
    """Judge the answer to a v1 write: the order, or the error to raise.

    body: the parsed JSON, None where nothing readable came.
    """
    refused = v1_refusal(status, body)
    if refused is not None:
        return refused
    if status != 200:
        return OutcomeUnknown(f"HTTP {status} without a verdict")
    try:
        return models_v1.order(body)
    except DecodeError as error:
        return OutcomeUnknown(f"accepted, but the order is unreadable: {error}")
