"""Funding of an account: nobody lends or borrows here, so every list is empty and every sum 0.

Source: Bitfinex docs, "Funding Info", "Funding Offers" and their neighbours.
"""

from __future__ import annotations

from exchange.paper.account.methods import LABELS
from exchange.paper.refusals import invalid
from exchange.paper.rest.account_calls import Call, Method, methods
from exchange.paper.rest.histories import span
from exchange.paper.rows import Row

_ROWS_BY_DEFAULT, _MOST_ROWS, _MOST_FILLS = 25, 500, 1_000
_OF_SYMBOL = r"(?:/(?P<funding>f[^/:]+))?"


def _symbol(call: Call) -> str | None:
    symbol = call.path["funding"]
    if symbol is not None and symbol[1:] not in LABELS:
        raise invalid("symbol")
    return symbol


def _info(call: Call) -> Row:
    return ["sym", _symbol(call), [0, 0, 0, 0]]


def _present(call: Call) -> list[Row]:
    _symbol(call)
    return []


def _past(call: Call) -> list[Row]:
    _symbol(call)
    span(call.fields, default=_ROWS_BY_DEFAULT, most=_MOST_ROWS)
    return []


def _fills(call: Call) -> list[Row]:
    _symbol(call)
    span(call.fields, default=_ROWS_BY_DEFAULT, most=_MOST_FILLS)
    return []


METHODS = methods(
    (r"r/info/funding/(?P<funding>f[^/:]+)", Method(_info, "funding")),
    (rf"r/funding/(?:offers|loans|credits){_OF_SYMBOL}", Method(_present, "funding")),
    (rf"r/funding/(?:offers|loans|credits){_OF_SYMBOL}/hist", Method(_past, "funding")),
    (rf"r/funding/trades{_OF_SYMBOL}/hist", Method(_fills, "funding")),
)
