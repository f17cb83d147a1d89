"""v1's methods about positions and margin.

Source: Bitfinex docs v1, "Active Positions", "Close Position", "Margin Information".
"""

from __future__ import annotations

from typing import Any

from exchange.paper.market.markets import Market
from exchange.paper.numbers import UNIT, parse_units, plain_text
from exchange.paper.rest.v1.calls import Call, LegacyRefusal, Method, Methods, seconds, texts
from exchange.paper.rest.v1.order_objects import order_object
from exchange.paper.trading.margin.positions import Position
from exchange.paper.trading.orders import CLOSE, Kind, Ticket

_PERCENT = 100
_DEPRECATED = (
    "Margin requirement, leverage and tradable balance are now per pair: see margin_limits."
)

Members = dict[str, Any]


def percent(fraction: str | None) -> int:
    """Return a margin of a market as v1 counts it, in units of a percent."""
    return parse_units(fraction) * _PERCENT if fraction is not None else 0


def _open(call: Call) -> list[Members]:
    return [_position(call, position) for position in call.engine.desk.positions.of(call.account)]


def _position(call: Call, position: Position) -> Members:
    profit = call.engine.desk.margin.profit(position) if position.is_open else 0
    base = abs(position.cost) * UNIT // (abs(position.amount) or UNIT)
    return {
        "id": position.id,
        "symbol": position.market.pair.lower(),
        "status": "ACTIVE" if position.is_open else "CLOSED",
        "base": plain_text(base),
        "amount": plain_text(position.amount),
        "timestamp": seconds(position.created_ms),
        "swap": "0.0",
        "pl": plain_text(profit),
    }


def _close(call: Call) -> Members:
    position = _own(call)
    told = _position(call, position)
    ticket = Ticket(
        market=position.market,
        kind=Kind.MARGIN_MARKET,
        amount=-position.amount,
        flags=CLOSE,
    )
    order = call.engine.place(call.account, ticket)
    return {"message": "", "order": order_object(order, as_accepted=True), "position": told}


def _claim(call: Call) -> Any:
    _own(call)
    raise LegacyRefusal("Position could not be claimed.")


def _own(call: Call) -> Position:
    wanted = call.fields.get("position_id")
    for position in call.engine.desk.positions.of(call.account):
        if type(wanted) is int and position.id == wanted:
            return position
    raise LegacyRefusal("No such position found.")


def _margin(call: Call) -> list[Members]:
    margin = call.engine.desk.margin
    base = margin.base(call.account)
    sums = {
        "margin_balance": base.balance,
        "tradable_balance": margin.symbol(call.account, "tBTCUSD").tradable,
        "unrealized_pl": base.profit,
        "unrealized_swap": base.swaps,
        "net_value": base.net,
        "required_margin": base.required,
    }
    markets = (live.market for live in call.engine.markets.values())
    limits = [_limits(call, market) for market in markets if market.initial_margin]
    return [texts(sums) | {"margin_limits": limits, "message": _DEPRECATED}]


def _limits(call: Call, market: Market) -> Members:
    tradable = call.engine.desk.margin.symbol(call.account, market.symbol).tradable
    figures = {
        "initial_margin": percent(market.initial_margin),
        "margin_requirement": percent(market.minimum_margin),
        "tradable_balance": tradable,
    }
    return {"on_pair": market.pair} | texts(figures)


METHODS: Methods = {
    "/v1/positions": Method(_open, "positions"),
    "/v1/position/close": Method(_close, "positions", write=True),
    "/v1/position/claim": Method(_claim, "positions", write=True),
    "/v1/margin_infos": Method(_margin, "positions"),
}
