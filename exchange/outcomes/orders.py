"""What the answers to orders, changes and cancellations mean; see `exchange.outcomes`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from exchange import rows
from exchange.errors import (
    DecodeError,
    ExchangeError,
    InvalidRequest,
    OutcomeUnknown,
)
from exchange.models.orders import Order
from exchange.new_order import NewOrder
from exchange.order_operations import CancelOrder, CancelOrders, Operation, OrderUpdate
from exchange.outcomes.writes import notified

Error = TypeVar("Error", bound=ExchangeError)


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
