"""Positions, and what the margin wallets can carry.

Source: Bitfinex docs, "Retrieve Positions", its neighbours, and "Margin Info".
"""

from __future__ import annotations

from itertools import chain

from exchange.paper.margin_rows import margin_base_row, margin_symbol_row, position_row
from exchange.paper.refusals import invalid
from exchange.paper.rest.account_calls import SYMBOL, Call, Method, methods
from exchange.paper.rest.histories import Span, span
from exchange.paper.rows import Row
from exchange.paper.trading.margin.positions import Position

_DAY_MS = 24 * 3600 * 1000
_PAST_BY_DEFAULT, _MOST_PAST = 25, 50
_SNAPSHOTS_BY_DEFAULT, _MOST_SNAPSHOTS = 50, 500
_STATES_BY_DEFAULT, _MOST_STATES = 50, 250


def _open(call: Call) -> list[Row]:
    return _rows(call, call.engine.desk.positions.of(call.account))


def _rows(call: Call, positions: list[Position]) -> list[Row]:
    margin = call.engine.desk.margin
    return [position_row(position, margin) for position in positions]


def _newest(wanted: Span, positions: list[Position]) -> list[Position]:
    return wanted.newest(positions, lambda position: position.updated_ms)


def _every(call: Call) -> list[Position]:
    positions = call.engine.desk.positions
    return list(chain(positions.past(call.account), positions.of(call.account)))


def _past(call: Call) -> list[Row]:
    wanted = span(call.fields, default=_PAST_BY_DEFAULT, most=_MOST_PAST)
    return _rows(call, _newest(wanted, _every(call)))


def _snapshots(call: Call) -> list[Row]:
    wanted = span(call.fields, default=_SNAPSHOTS_BY_DEFAULT, most=_MOST_SNAPSHOTS)
    now_ms = call.engine.clock()
    midnight_ms = now_ms - now_ms % _DAY_MS
    # What has changed since midnight is not known any more as it was then.
    stood = [
        position
        for position in call.engine.desk.positions.of(call.account)
        if position.updated_ms <= midnight_ms
    ]
    return _rows(call, _newest(wanted, stood))


def _states(call: Call) -> list[Row]:
    wanted = span(call.fields, default=_STATES_BY_DEFAULT, most=_MOST_STATES)
    every, ids = _every(call), call.fields.get("id")
    # Source: the exchange's own clients for Python and Node.js, which may leave it out.
    if ids is None:
        return _rows(call, _newest(wanted, every))
    if not isinstance(ids, list):
        raise invalid("id")
    return _rows(call, _newest(wanted, [one for one in every if one.id in ids]))


def _base(call: Call) -> Row:
    return margin_base_row(call.engine.desk.margin.base(call.account))


def _symbol(call: Call) -> Row:
    return _figures(call, call.symbol or "")


def _figures(call: Call, symbol: str) -> Row:
    return margin_symbol_row(symbol, call.engine.desk.margin.symbol(call.account, symbol))


def _symbols(call: Call) -> list[Row]:
    markets = (live.market for live in call.engine.markets.values())
    return [_figures(call, market.symbol) for market in markets if market.initial_margin]


METHODS = methods(
    (r"r/positions", Method(_open, "positions")),
    (r"r/positions/hist", Method(_past, "positions")),
    (r"r/positions/snap", Method(_snapshots, "positions")),
    (r"r/positions/audit", Method(_states, "positions")),
    (r"r/info/margin/base", Method(_base, "positions")),
    (r"r/info/margin/sym_all", Method(_symbols, "positions")),
    (rf"r/info/margin/{SYMBOL}", Method(_symbol, "positions")),
)
