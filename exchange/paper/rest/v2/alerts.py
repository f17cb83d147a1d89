"""Prices at which an account wants to be told.

Source: Bitfinex docs, "Alert List", "Alert Set", "Alert Delete".
"""

from __future__ import annotations

from exchange.paper.account.affairs import Alert
from exchange.paper.fields import units, whole
from exchange.paper.numbers import number
from exchange.paper.refusals import GENERIC, Refusal, invalid
from exchange.paper.rest.account_calls import SYMBOL, Call, Method, methods
from exchange.paper.rest.public_v2 import live_market
from exchange.paper.rows import Row

_KIND = "price"
_COUNT_BY_DEFAULT, _LARGEST_COUNT = 100, 10_000


def _alerts(call: Call) -> list[Row]:
    return [_row(alert) for alert in call.engine.office.affairs(call.account).alerts]


def _row(alert: Alert) -> Row:
    key = f"{_KIND}:{alert.symbol}:{number(alert.price)}"
    return [key, _KIND, alert.symbol, number(alert.price), alert.count]


def _set(call: Call) -> Row:
    fields = call.fields
    if fields.get("type") != _KIND:
        raise invalid("type")
    symbol = fields.get("symbol")
    if not isinstance(symbol, str):
        raise invalid("symbol")
    live_market(call.engine, symbol)
    count = whole(fields, "count", _COUNT_BY_DEFAULT, largest=_LARGEST_COUNT)
    alert = Alert(symbol=symbol, price=units(fields, "price"), count=count or _COUNT_BY_DEFAULT)
    if alert.price <= 0:
        raise Refusal(GENERIC, "price: invalid")
    call.engine.office.set_alert(call.account, alert)
    return _row(alert)


def _delete(call: Call) -> Row:
    price = units({"price": call.path["price"]}, "price")
    return [call.engine.office.delete_alert(call.account, call.symbol or "", price)]


def _delete_named(call: Call) -> Row:
    """Delete by members. Source: the exchange's own client for Node.js."""
    symbol, price = str(call.fields.get("symbol")), units(call.fields, "price")
    return [call.engine.office.delete_alert(call.account, symbol, price)]


METHODS = methods(
    (r"r/alerts", Method(_alerts, "account")),
    (r"w/alert/set", Method(_set, "account")),
    (r"w/alert/del", Method(_delete_named, "account")),
    (rf"w/alert/price:{SYMBOL}:(?P<price>[0-9.]+)/del", Method(_delete, "account")),
)
