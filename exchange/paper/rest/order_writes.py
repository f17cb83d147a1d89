"""Placing, changing and cancelling orders, one at a time or many, answered by notifications.

Source: Bitfinex docs, "Submit Order", "Update Order", "Cancel Order" and "Order Multi"; recorded
answers of 2022 to 2024.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from exchange.paper.engine import Engine
from exchange.paper.fields import Fields, units, whole
from exchange.paper.numbers import number
from exchange.paper.refusals import GENERIC, Refusal, invalid
from exchange.paper.rest.tickets import read_change, read_ticket
from exchange.paper.rows import Row, notification, order_row, refused_notification
from exchange.paper.trading.orders import Order

MOST_OPERATIONS = 75

# Where a row of an order holds what its request said, by the request's names.
_ECHOED = {0: "id", 1: "gid", 2: "cid", 3: "symbol", 8: "type"}


def submit(engine: Engine, account: str, fields: Fields) -> Row:
    """Place an order. Raises Refusal.

    The answer means "taken in for processing"; what became of the order follows on its own.
    """
    orders = engine.submit(account, read_ticket(engine, fields))
    made = engine.clock() // 1000
    accepted = [accepted_row(order) for order in orders]
    return notification("on-req", made, accepted, f"Submitting {len(orders)} orders.")


def update(engine: Engine, account: str, fields: Fields) -> Row:
    """Change an order. Raises Refusal. The answer shows it changed, and not yet traded."""
    order = _named(engine, account, fields)
    changed = engine.amend(order, read_change(engine, order, fields))
    side = "buy" if order.is_buy else "sell"
    told = f"{str(changed.kind).lower()} {side} order for {number(changed.remaining)}"
    text = f"Submitting update to {told} {order.market.base.code}."
    return notification("ou-req", engine.clock(), order_row(changed), text)


def cancel(engine: Engine, account: str, fields: Fields) -> Row:
    """Cancel an order. Raises Refusal.

    Cancelling happens behind the answer, which still shows the order alive.
    """
    order = _named(engine, account, fields)
    row = order_row(order)
    engine.cancel(order)
    text = f"Submitted for cancellation; waiting for confirmation (ID: {order.id})."
    return notification("oc-req", engine.clock(), row, text)


def cancel_many(engine: Engine, account: str, fields: Fields) -> Row:
    """Cancel every open order that is named by id, client id and day, group, or as one of all."""
    named = _matcher(fields)
    found = [order for order in engine.desk.open_orders(account) if named(order)]
    rows = [order_row(order) for order in found]
    for order in found:
        # One of a pair is gone as soon as the other is.
        if order.is_open:
            engine.cancel(order)
    text = f"Submitting {len(found)} order cancellations."
    return notification("oc_multi-req", engine.clock(), rows, text)


_OPERATIONS: Mapping[str, Callable[[Engine, str, Fields], Row]] = {
    "on": submit,
    "ou": update,
    "oc": cancel,
    "oc_multi": cancel_many,
}


def many(engine: Engine, account: str, fields: Fields) -> Row:
    """Carry out several operations, each answered by its own notification. Raises Refusal.

    One that is refused does not stop the others.
    """
    operations = fields.get("ops")
    if not isinstance(operations, list) or not 0 < len(operations) <= MOST_OPERATIONS:
        raise invalid("ops")
    rows = [_operate(engine, account, operation) for operation in operations]
    text = f"Submitting {len(operations)} order operations."
    return notification("ox_multi-req", engine.clock(), rows, text)


def _operate(engine: Engine, account: str, operation: Any) -> Row:
    match operation:
        case [str(code), Mapping() as fields] if code in _OPERATIONS:
            try:
                return _OPERATIONS[code](engine, account, fields)
            except Refusal as refusal:
                asked = asked_row(fields)
                content = [asked] if code in ("on", "oc_multi") else asked
                return refused_notification(f"{code}-req", content, refusal.reason)
    raise invalid("ops")


def accepted_row(order: Order) -> Row:
    """Build an order as it was when it was accepted: active, with nothing traded."""
    row = order_row(order)
    row[5], row[6] = order.created_ms, row[7]
    row[8], row[9] = str(order.previous_kind or order.kind), None
    row[13], row[17] = "ACTIVE", 0
    return row


def asked_row(fields: Fields) -> Row:
    """Build an order as it was asked for: what the exchange would have added is null."""
    row: Row = [None] * 32
    for place, name in _ECHOED.items():
        value = fields.get(name)
        row[place] = value if isinstance(value, str | int) else None
    row[6] = row[7] = _number(fields, "amount")
    row[16] = _number(fields, "price")
    return row


def order_day(order: Order) -> str:
    """Return the UTC day on which an order was made, as `cid_date` names it."""
    return datetime.fromtimestamp(order.created_ms / 1000, UTC).date().isoformat()


def _number(fields: Fields, name: str) -> Any:
    try:
        return number(units(fields, name))
    except Refusal:
        return None


def _named(engine: Engine, account: str, fields: Fields) -> Order:
    order_id, cid = whole(fields, "id"), whole(fields, "cid")
    if order_id is not None:
        order = engine.desk.orders.get(order_id)
    elif cid is not None:
        day = fields.get("cid_date")
        same = (one for one in engine.desk.open_orders(account) if one.cid == cid)
        order = next((one for one in same if order_day(one) == day), None)
    else:
        raise invalid("id")
    if order is None or order.account != account or not order.is_open:
        raise Refusal(GENERIC, "Order not found.")
    return order


def _matcher(fields: Fields) -> Callable[[Order], bool]:
    if fields.get("all") in (1, True):
        return lambda order: True
    ids, groups = set(_values(fields, "id")), set(_values(fields, "gid"))
    clients = {(cid, day) for cid, day in map(_client_id, _values(fields, "cid"))}

    def named(order: Order) -> bool:
        if order.id in ids or (order.gid is not None and order.gid in groups):
            return True
        return (order.cid, order_day(order)) in clients

    return named


def _client_id(pair: Any) -> tuple[int, str]:
    match pair:
        case [int(cid), str(day)]:
            return cid, day
    raise invalid("cid")


def _values(fields: Fields, name: str) -> Iterable[Any]:
    values = fields.get(name)
    if values is None:
        return []
    if not isinstance(values, list) or not all(isinstance(one, int | list) for one in values):
        raise invalid(name)
    if name != "cid" and not all(isinstance(one, int) for one in values):
        raise invalid(name)
    return values
