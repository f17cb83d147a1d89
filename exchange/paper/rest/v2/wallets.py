"""Wallets as they are, and what could be traded with them."""

from __future__ import annotations

from exchange.paper.account.methods import LABELS
from exchange.paper.fields import units
from exchange.paper.numbers import number
from exchange.paper.refusals import GENERIC, Refusal, invalid
from exchange.paper.rest.account_calls import Call, Method, methods
from exchange.paper.rest.available import available_to_trade
from exchange.paper.rest.public_v2 import live_market
from exchange.paper.rows import Row, wallet_row

_DIRECTIONS = {1: 1, -1: -1, "1": 1, "-1": -1}
_TRADING = {"EXCHANGE": "exchange", "MARGIN": "margin"}


def _wallets(call: Call) -> list[Row]:
    account = call.engine.desk.account(call.account)
    return [wallet_row(wallet) for wallet in account.wallets.values()]


def _available(call: Call) -> Row:
    symbol, kind = call.fields.get("symbol"), call.fields.get("type")
    if not isinstance(symbol, str):
        raise invalid("symbol")
    if kind == "FUNDING":
        return [number(_to_lend(call, symbol))]
    if not isinstance(kind, str) or kind not in _TRADING:
        raise invalid("type")
    live, direction = live_market(call.engine, symbol), call.fields.get("dir")
    if not isinstance(direction, int | str) or direction not in _DIRECTIONS:
        raise invalid("dir")
    price, sign = units(call.fields, "rate"), _DIRECTIONS[direction]
    if price <= 0:
        raise Refusal(GENERIC, "rate: invalid")
    amount = available_to_trade(call.engine, call.account, live, sign, price, _TRADING[kind])
    return [number(sign * amount)]


def _to_lend(call: Call, symbol: str) -> int:
    currency = symbol.removeprefix("f")
    if currency == symbol or currency not in LABELS:
        raise invalid("symbol")
    return call.engine.office.available(call.account, "funding", currency)


METHODS = methods(
    (r"r/wallets", Method(_wallets, "wallets")),
    (r"calc/order/avail", Method(_available, "orders")),
)
