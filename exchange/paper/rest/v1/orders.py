"""v1's methods that place, cancel and show orders.

Source: Bitfinex docs v1, the page of each method; recorded answers of 2017 to 2024.
"""

from __future__ import annotations

from typing import Any

from exchange.paper.numbers import plain_text
from exchange.paper.rest.v1.calls import (
    Call,
    LegacyRefusal,
    Method,
    Methods,
    live_market,
    seconds,
    since_until,
    whole,
)
from exchange.paper.rest.v1.order_objects import order_object, switch, ticket
from exchange.paper.trading.orders import Fill, Order

_MOST_NEW_ORDERS = 10
_HISTORY_MS = 3 * 24 * 3600 * 1000
_ORDERS_BY_DEFAULT, _MOST_ORDERS = 100, 1_000
_FILLS_BY_DEFAULT, _MOST_FILLS = 50, 1_000
_NONE_TO_CANCEL = "None to cancel"

Members = dict[str, Any]


def _new(call: Call) -> Members:
    return _placed(call, call.fields)


def _placed(call: Call, fields: Any) -> Members:
    order = call.engine.place(call.account, ticket(call, fields))
    return order_object(order, as_accepted=True) | {"order_id": order.id}


def _new_several(call: Call) -> Members:
    wanted = call.fields.get("orders")
    if not isinstance(wanted, list) or not 0 < len(wanted) <= _MOST_NEW_ORDERS:
        raise LegacyRefusal(f"Key orders should be a list of 1 to {_MOST_NEW_ORDERS} orders")
    if not all(isinstance(fields, dict) for fields in wanted):
        raise LegacyRefusal("Key orders should be a list of objects")
    # All are looked at before the first is placed, so that a slip in one leaves none behind.
    tickets = [ticket(call, fields) for fields in wanted]
    placed = [call.engine.place(call.account, one) for one in tickets]
    return {
        "order_ids": [order_object(order, as_accepted=True) for order in placed],
        "status": "success",
    }


def _cancel(call: Call) -> Members:
    order = _open_order(call)
    # Cancelling happens behind the answer, which still shows the order alive.
    still_alive = order_object(order)
    call.engine.cancel(order)
    return still_alive


def _cancel_several(call: Call) -> Members:
    ids = call.fields.get("order_ids")
    if not isinstance(ids, list) or not all(type(order_id) is int for order_id in ids):
        raise LegacyRefusal("Key order_ids should be a list of numbers")
    mine = call.engine.desk.open_orders(call.account)
    found = [order for order in mine if order.id in ids]
    return {"result": "Orders cancelled" if _all_cancelled(call, found) else _NONE_TO_CANCEL}


def _cancel_all(call: Call) -> Members:
    found = call.engine.desk.open_orders(call.account)
    return {"result": "All orders cancelled" if _all_cancelled(call, found) else _NONE_TO_CANCEL}


def _all_cancelled(call: Call, orders: list[Order]) -> bool:
    for order in orders:
        # One of a pair is gone as soon as the other is.
        if order.is_open:
            call.engine.cancel(order)
    return bool(orders)


def _replace(call: Call) -> Members:
    order = _open_order(call)
    wanted = ticket(call, call.fields)
    call.engine.cancel(order)
    placed = call.engine.place(call.account, wanted)
    return order_object(placed, as_accepted=True) | {"order_id": placed.id}


def _status(call: Call) -> Members:
    order = _own_order(call)
    if order is None:
        raise LegacyRefusal("No such order found.")
    return order_object(order)


def _open_order(call: Call) -> Order:
    order = _own_order(call)
    if order is None or not order.is_open:
        raise LegacyRefusal("Order could not be cancelled.")
    return order


def _own_order(call: Call) -> Order | None:
    order_id = call.fields.get("order_id")
    if type(order_id) is not int:
        return None
    order = call.engine.desk.orders.get(order_id)
    return order if order is not None and order.account == call.account else None


def _open_orders(call: Call) -> list[Members]:
    return [order_object(order) for order in reversed(call.engine.desk.open_orders(call.account))]


def _past_orders(call: Call) -> list[Members]:
    limit = min(whole(call.fields, "limit", _ORDERS_BY_DEFAULT), _MOST_ORDERS)
    since = call.engine.clock() - _HISTORY_MS
    found = [
        order for order in call.engine.desk.past_orders(call.account) if order.created_ms >= since
    ]
    found.sort(key=lambda order: order.id, reverse=True)
    return [order_object(order) for order in found[:limit]]


def _fills(call: Call) -> list[Members]:
    market = live_market(call.engine, call.fields.get("symbol")).market
    since, until = since_until(call.fields, "timestamp", "until")
    limit = min(whole(call.fields, "limit_trades", _FILLS_BY_DEFAULT), _MOST_FILLS)
    found = [
        fill
        for fill in call.engine.desk.fills_of(call.account)
        if fill.market.symbol == market.symbol and since <= fill.made_ms <= until
    ]
    if not switch(call.fields, "reverse"):
        found.reverse()
    return [_fill(fill) for fill in found[:limit]]


def _fill(fill: Fill) -> Members:
    return {
        "price": plain_text(fill.price),
        "amount": plain_text(abs(fill.amount)),
        "timestamp": seconds(fill.made_ms),
        "exchange": "",
        "type": "Buy" if fill.amount > 0 else "Sell",
        "fee_currency": fill.fee_currency,
        "fee_amount": plain_text(-fill.fee),
        "tid": fill.id,
        "order_id": fill.order_id,
    }


METHODS: Methods = {
    "/v1/order/new": Method(_new, "orders", write=True),
    "/v1/order/new/multi": Method(_new_several, "orders", write=True),
    "/v1/order/cancel": Method(_cancel, "orders", write=True),
    "/v1/order/cancel/multi": Method(_cancel_several, "orders", write=True),
    "/v1/order/cancel/all": Method(_cancel_all, "orders", write=True),
    "/v1/order/cancel/replace": Method(_replace, "orders", write=True),
    "/v1/order/status": Method(_status, "orders"),
    "/v1/orders": Method(_open_orders, "orders"),
    "/v1/orders/hist": Method(_past_orders, "orders"),
    "/v1/mytrades": Method(_fills, "history"),
}
