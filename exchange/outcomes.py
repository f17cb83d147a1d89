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

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from exchange import rows
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
from exchange.models import NewOrder, Notification, Order
from exchange.nonce import WHY_TOO_SMALL
from exchange.order_operations import CancelOrder, CancelOrders, Operation, OrderUpdate

Model = TypeVar("Model")
Error = TypeVar("Error", bound=ExchangeError)

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
    if leaf is NonceTooSmall:
        reason = f"{reason}; {WHY_TOO_SMALL}"
    return leaf(reason, code, is_final=code in _CERTAIN_CODES and status != 429)


def is_unavailable(body: Any) -> bool:
    """Tell the exchange's own object for a server that is down, whatever the HTTP status."""
    match body:
        case {"error": "temporarily_unavailable"}:
            return True
    return False


def submitted(
    status: int, body: Any, *, sent: bool, expected_cid: int | None
) -> Order | ExchangeError:
    """Judge the answer to a submitted order: the order, or the error to raise.

    body: the parsed JSON, None where nothing readable came. Source: Bitfinex docs, Submit order.
    """
    verdict = notified(status, body, sent=sent)
    if isinstance(verdict, ExchangeError):
        return verdict
    content = verdict.content
    if not isinstance(content, list) or len(content) == 0:
        return OutcomeUnknown("accepted, but without an order")
    return _with_cid(_order(content[0]), expected_cid)


def cancelled(status: int, body: Any, *, sent: bool, expected_id: int) -> Order | ExchangeError:
    """Judge the answer to a cancellation: the order, usually still active, or the error to raise.

    body: the parsed JSON, None where nothing readable came. Source: Bitfinex docs, Cancel order.
    """
    return _with_id(_one_order(status, body, sent=sent), expected_id)


def cancelled_by_cid(status: int, body: Any, *, expected_cid: int) -> Order | ExchangeError:
    """Judge the answer to a cancellation by client id, as `cancelled` does by id."""
    return _with_cid(_one_order(status, body), expected_cid)


def updated(status: int, body: Any, *, change: OrderUpdate) -> Order | ExchangeError:
    """Judge the answer to an update: the order as it is by then, or the error to raise.

    Source: Bitfinex docs, Order update.
    """
    order = _one_order(status, body)
    return _with_cid(order, change.cid) if change.id is None else _with_id(order, change.id)


def cancelled_many(
    status: int, body: Any, *, expected_ids: Collection[int] | None
) -> list[Order] | ExchangeError:
    """Judge the answer to a cancellation of several: the orders it found, or the error to raise.

    expected_ids: what was asked for, None where it was not asked for by id.
    Source: Bitfinex docs, Cancel order multi.
    """
    verdict = notified(status, body)
    if isinstance(verdict, ExchangeError):
        return verdict
    orders = _orders(verdict.content)
    if isinstance(orders, list) and expected_ids is not None:
        strangers = [order.id for order in orders if order.id not in expected_ids]
        if strangers:
            return OutcomeUnknown(f"the answer speaks of orders {strangers}, not asked for")
    return orders


def operated(
    status: int, body: Any, *, operations: Sequence[Operation]
) -> list[list[Order] | ExchangeError] | ExchangeError:
    """Judge the answer to several operations: for each its orders or what went wrong with it.

    A refusal of the whole is to be looked up: nobody says that none of it was done.
    Source: Bitfinex docs, Order multi-op.
    """
    verdict = notified(status, body)
    if isinstance(verdict, InvalidRequest):
        return InvalidRequest(verdict.reason, verdict.code, is_final=False)
    if isinstance(verdict, ExchangeError):
        return verdict
    answers = verdict.content
    if not isinstance(answers, list) or len(answers) != len(operations):
        return OutcomeUnknown(f"accepted, but not {len(operations)} answers came")
    return [
        _operation(answer, operation) for answer, operation in zip(answers, operations, strict=True)
    ]


def _operation(answer: Any, operation: Operation) -> list[Order] | ExchangeError:
    verdict = notified(200, answer)
    if isinstance(verdict, ExchangeError):
        return verdict
    content = verdict.content
    # One order comes flat, or in a list of one where it is new.
    is_flat = isinstance(content, list) and len(content) > 0 and not isinstance(content[0], list)
    orders = _orders([content] if is_flat else content)
    if isinstance(operation, CancelOrders) or isinstance(orders, ExchangeError):
        return orders
    if not orders:
        return OutcomeUnknown("accepted, but without an order")
    order = _as_asked(orders[0], operation)
    return order if isinstance(order, ExchangeError) else orders


def _as_asked(
    order: Order, operation: NewOrder | OrderUpdate | CancelOrder
) -> Order | OutcomeUnknown:
    if isinstance(operation, NewOrder) or operation.id is None:
        return _with_cid(order, operation.cid)
    return _with_id(order, operation.id)


def _one_order(status: int, body: Any, *, sent: bool = True) -> Order | ExchangeError:
    verdict = notified(status, body, sent=sent)
    return verdict if isinstance(verdict, ExchangeError) else _order(verdict.content)


def _with_id(order: Order | Error, expected: int) -> Order | Error | OutcomeUnknown:
    if isinstance(order, Order) and order.id != expected:
        return OutcomeUnknown(f"the answer speaks of order {order.id}, not {expected}")
    return order


def _with_cid(order: Order | Error, expected: int | None) -> Order | Error | OutcomeUnknown:
    if isinstance(order, Order) and expected is not None and order.cid != expected:
        return OutcomeUnknown(f"accepted, but with client id {order.cid}, not {expected}")
    return order


def _order(row: Any) -> Order | OutcomeUnknown:
    try:
        return Order.from_wire(row)
    except DecodeError as error:
        return OutcomeUnknown(f"accepted, but the order is unreadable: {error}")


def _orders(content: Any) -> list[Order] | OutcomeUnknown:
    try:
        return rows.every(Order.from_wire, content)
    except DecodeError as error:
        return OutcomeUnknown(f"accepted, but the orders are unreadable: {error}")


def notified(status: int, body: Any, *, sent: bool = True) -> Notification | ExchangeError:
    """Return the notification of a write that succeeded, or what the table says of the rest."""
    if not sent:
        return NotSent("nothing left this machine")
    verdict = answered(status, body, Notification.from_wire)
    if isinstance(verdict, ExchangeError):
        return verdict
    if verdict.status in _REFUSING_STATUSES:
        return InvalidRequest(verdict.text, verdict.code)
    if verdict.status != "SUCCESS":
        return OutcomeUnknown(f"status {verdict.status[:40]}: {verdict.text}")
    return verdict


def answered(status: int, body: Any, read: Callable[[Any], Model]) -> Model | ExchangeError:
    """Judge the answer to a write by its HTTP side: what `read` makes of it, or the error.

    read: raises DecodeError, which leaves the outcome unknown.
    """
    refused = refusal(status, body)
    if refused is not None:
        return refused if _is_certain(refused) else _unknown(status, refused)
    if status != 200:
        return OutcomeUnknown(f"HTTP {status} without a verdict")
    try:
        return read(body)
    except DecodeError as error:
        return OutcomeUnknown(f"an unreadable answer: {error}")


def _is_certain(refused: Refused) -> bool:
    return refused.code is None or refused.code in _CERTAIN_CODES or refused.code == _GENERIC_CODE


def _unknown(status: int, refused: Refused) -> OutcomeUnknown:
    return OutcomeUnknown(f"HTTP {status}, {refused}: the order may stand")
