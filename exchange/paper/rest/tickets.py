"""From the members of a v2 order request to a ticket the desk can take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exchange.paper.engine import Engine
from exchange.paper.fields import LARGEST_CLIENT_ID, Fields, units, whole
from exchange.paper.numbers import UNIT, cut_down
from exchange.paper.refusals import GENERIC, Refusal, invalid
from exchange.paper.trading.desk import LiveMarket
from exchange.paper.trading.orders import POST_ONLY, Kind, Ticket

LARGEST_PRICE = 10**9 * UNIT

_KNOWN_FLAGS = (0, POST_ONLY)
# What would change an order's meaning and is not simulated must be refused, never ignored.
_NOT_SIMULATED = ("tif", "price_trailing", "price_aux_limit", "price_oco_stop")


def read_ticket(engine: Engine, fields: Fields) -> Ticket:
    """Check an order request and return its ticket. Raises Refusal.

    A price is cut to five significant digits. Source: Bitfinex docs, "Introduction", precision.
    """
    live = _market(engine, fields.get("symbol"))
    kind = _kind(fields.get("type"))
    for name in _NOT_SIMULATED:
        if fields.get(name) is not None:
            raise invalid(name)
    flags = whole(fields, "flags", 0)
    if flags not in _KNOWN_FLAGS:
        raise invalid("flags")
    amount = units(fields, "amount")
    if not amount:
        raise Refusal(GENERIC, "amount: invalid")
    return Ticket(
        market=live.market,
        kind=kind,
        amount=amount,
        price=None if kind is Kind.MARKET else _price(fields),
        flags=flags or 0,
        cid=whole(fields, "cid", largest=LARGEST_CLIENT_ID),
        gid=whole(fields, "gid", largest=LARGEST_CLIENT_ID),
        meta=_meta(fields.get("meta")),
    )


def _market(engine: Engine, symbol: Any) -> LiveMarket:
    live = engine.markets.get(symbol) if isinstance(symbol, str) else None
    if live is None:
        raise invalid("symbol")
    return live


def _kind(name: Any) -> Kind:
    try:
        return Kind(name)
    except ValueError as failure:
        raise invalid("type") from failure


def _price(fields: Fields) -> int:
    price = units(fields, "price", cut=True)
    if not 0 < price <= LARGEST_PRICE:
        raise Refusal(GENERIC, "price: invalid")
    return cut_down(price)


def _meta(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise invalid("meta")
    return dict(value)
