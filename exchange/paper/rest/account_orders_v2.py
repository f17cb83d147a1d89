"""REST v2's methods about orders and own trades."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice, takewhile
from typing import Any

from exchange.paper.engine import Engine
from exchange.paper.fields import Fields, whole
from exchange.paper.refusals import invalid
from exchange.paper.rest import order_writes
from exchange.paper.rest.account_calls import SYMBOL, Call, Method, methods, window
from exchange.paper.rest.order_writes import order_day
from exchange.paper.rows import Row, fill_row, order_row, past_order_row
from exchange.paper.trading.state.archive import HISTORY_MS

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


def _past_orders(call: Call) -> list[Row]:
    symbol, ids, engine = call.symbol, call.fields.get("id"), call.engine
    start, end, limit = window(call, _ORDERS_BY_DEFAULT)
    start = max(start, engine.clock() - HISTORY_MS)
    wanted = None if ids is None else _list(ids)
    found = (
        order
        for order in takewhile(
            lambda order: order.updated_ms >= start,
            reversed(engine.desk.past_orders(call.account)),
        )
        if order.updated_ms <= end
        and (symbol is None or order.market.symbol == symbol)
        and (wanted is None or order.id in wanted)
    )
    return [past_order_row(order) for order in islice(found, limit)]


def _fills(call: Call) -> list[Row]:
    symbol = call.symbol
    start, end, limit = window(call, _FILLS_BY_DEFAULT)
    fills = call.engine.desk.fills_of(call.account)
    found = (
        fill
        for fill in (fills if call.fields.get("sort") == 1 else reversed(fills))
        if start <= fill.made_ms <= end and (symbol is None or fill.market.symbol == symbol)
    )
    return [fill_row(fill) for fill in islice(found, limit)]


def _order_fills(call: Call) -> list[Row]:
    symbol, order_id = call.symbol, int(call.path["id"])
    return [
        fill_row(fill, with_order=False)
        for fill in reversed(call.engine.desk.fills_of(call.account))
        if fill.order_id == order_id and fill.market.symbol == symbol
    ]


def _writing(write: Callable[[Engine, str, Fields], Row]) -> Method:
    return Method(lambda call: write(call.engine, call.account, call.fields), "orders", write=True)


METHODS = methods(
    (rf"r/orders(?:/{SYMBOL})?/hist", Method(_past_orders, "orders")),
    (rf"r/orders(?:/{SYMBOL})?", Method(_open_orders, "orders")),
    (rf"r/trades(?:/{SYMBOL})?/hist", Method(_fills, "history")),
    (rf"r/order/{SYMBOL}:(?P<id>[0-9]{{1,16}})/trades", Method(_order_fills, "orders")),
    (r"w/order/submit", _writing(order_writes.submit)),
    (r"w/order/update", _writing(order_writes.update)),
    (r"w/order/cancel", _writing(order_writes.cancel)),
    (r"w/order/cancel/multi", _writing(order_writes.cancel_many)),
    (r"w/order/multi", _writing(order_writes.many)),
)
