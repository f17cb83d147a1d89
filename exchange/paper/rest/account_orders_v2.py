"""REST v2's methods about orders and own trades."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from exchange.paper.fields import whole
from exchange.paper.refusals import GENERIC, Refusal, invalid
from exchange.paper.rest.account_calls import SYMBOL, Call, Method, methods, window
from exchange.paper.rest.tickets import read_ticket
from exchange.paper.rows import Row, fill_row, notification, order_row, past_order_row
from exchange.paper.trading.orders import Fill, Order

HISTORY_MS = 14 * 24 * 3600 * 1000

_ORDERS_BY_DEFAULT, _FILLS_BY_DEFAULT = 25, 125


def _open_orders(call: Call) -> list[Row]:
    symbol, ids = call.symbol, call.fields.get("id")
    gid, cid = whole(call.fields, "gid"), whole(call.fields, "cid")
    day = call.fields.get("cid_date")
    return [
        order_row(order)
        for order in reversed(call.engine.desk.open_orders(call.account))
        if (symbol is None or order.market.symbol == symbol)
        and (ids is None or order.id in _list(ids))
        and (gid is None or order.gid == gid)
        and (cid is None or order.cid == cid)
        and (day is None or order_day(order) == day)
    ]


def _list(ids: Any) -> list[Any]:
    if not isinstance(ids, list):
        raise invalid("id")
    return ids


def order_day(order: Order) -> str:
    """Return the UTC day on which an order was made, as `cid_date` names it."""
    return datetime.fromtimestamp(order.created_ms / 1000, UTC).date().isoformat()


def _past_orders(call: Call) -> list[Row]:
    symbol, ids, engine = call.symbol, call.fields.get("id"), call.engine
    start, end, limit = window(call, _ORDERS_BY_DEFAULT)
    start = max(start, engine.clock() - HISTORY_MS)
    found = [
        order
        for order in engine.desk.past_orders(call.account)
        if start <= order.updated_ms <= end
        and (symbol is None or order.market.symbol == symbol)
        and (ids is None or order.id in _list(ids))
    ]
    found.sort(key=lambda order: (order.updated_ms, order.id), reverse=True)
    return [past_order_row(order) for order in found[:limit]]


def _fills(call: Call) -> list[Row]:
    symbol = call.symbol
    start, end, limit = window(call, _FILLS_BY_DEFAULT)
    found = [
        fill
        for fill in _own_fills(call)
        if start <= fill.made_ms <= end and (symbol is None or fill.market.symbol == symbol)
    ]
    if call.fields.get("sort") != 1:
        found.reverse()
    return [fill_row(fill) for fill in found[:limit]]


def _order_fills(call: Call) -> list[Row]:
    symbol, order_id = call.symbol, int(call.path["id"])
    return [
        fill_row(fill, with_order=False)
        for fill in reversed(_own_fills(call))
        if fill.order_id == order_id and fill.market.symbol == symbol
    ]


def _own_fills(call: Call) -> list[Fill]:
    return list(call.engine.desk.fills_of(call.account))


def _submit(call: Call) -> Row:
    engine = call.engine
    ticket = read_ticket(engine, call.fields)
    order = engine.place(call.account, ticket)
    # The answer means "taken in for processing"; what became of the order follows on its own.
    accepted = accepted_row(order)
    made = engine.clock() // 1000
    return notification("on-req", made, [accepted], "Submitting 1 orders.")


def accepted_row(order: Order) -> Row:
    """Build an order as it was when it was accepted: active, with nothing traded."""
    row = order_row(order)
    row[5], row[6] = order.created_ms, row[7]
    row[13], row[17] = "ACTIVE", 0
    return row


def _cancel(call: Call) -> Row:
    order = _order_to_cancel(call)
    if order is None or not order.is_open:
        raise Refusal(GENERIC, "Order not found.")
    # Cancelling happens behind the answer, which still shows the order alive.
    row = order_row(order)
    call.engine.cancel(order)
    text = f"Submitted for cancellation; waiting for confirmation (ID: {order.id})."
    return notification("oc-req", call.engine.clock(), row, text)


def _order_to_cancel(call: Call) -> Order | None:
    order_id = whole(call.fields, "id")
    desk = call.engine.desk
    if order_id is not None:
        order = desk.orders.get(order_id)
        return order if order and order.account == call.account else None
    cid, day = whole(call.fields, "cid"), call.fields.get("cid_date")
    if cid is None:
        raise invalid("id")
    same = (
        order
        for order in desk.open_orders(call.account)
        if order.cid == cid and order_day(order) == day
    )
    return next(same, None)


METHODS = methods(
    (rf"r/orders(?:/{SYMBOL})?/hist", Method(_past_orders, "orders")),
    (rf"r/orders(?:/{SYMBOL})?", Method(_open_orders, "orders")),
    (rf"r/trades(?:/{SYMBOL})?/hist", Method(_fills, "history")),
    (rf"r/order/{SYMBOL}:(?P<id>[0-9]{{1,16}})/trades", Method(_order_fills, "orders")),
    (r"w/order/submit", Method(_submit, "orders", write=True)),
    (r"w/order/cancel", Method(_cancel, "orders", write=True)),
)
