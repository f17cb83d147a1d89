"""From the members of a v2 order request to a ticket, or to a change of an order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from exchange.paper.engine import Engine
from exchange.paper.fields import LARGEST_CLIENT_ID, Fields, units, whole
from exchange.paper.numbers import UNIT, cut_down
from exchange.paper.refusals import GENERIC, Refusal, invalid
from exchange.paper.trading.amending import Change
from exchange.paper.trading.live import LiveMarket
from exchange.paper.trading.orders import (
    CLOSE,
    HIDDEN,
    NO_VARIABLE_RATE,
    ONE_CANCELS_OTHER,
    POST_ONLY,
    REDUCE_ONLY,
    Kind,
    Order,
    Style,
    Ticket,
)

LARGEST_PRICE = 10**9 * UNIT

_KNOWN_FLAGS = HIDDEN | CLOSE | REDUCE_ONLY | POST_ONLY | ONE_CANCELS_OTHER | NO_VARIABLE_RATE
_POSITION_FLAGS = CLOSE | REDUCE_ONLY
_UNPRICED = (Style.MARKET, Style.TRAILING_STOP)


def read_ticket(engine: Engine, fields: Fields) -> Ticket:
    """Check an order request and return its ticket. Raises Refusal.

    Prices are cut to five significant digits. Leverage is for derivatives alone, which are not
    traded here; it is passed over. Source: Bitfinex docs, "Introduction" and "Submit Order".
    """
    live = _market(engine, fields.get("symbol"))
    kind = _kind(fields.get("type"))
    style = kind.style
    flags = _flags(fields, kind) or 0
    return Ticket(
        market=live.market,
        kind=kind,
        amount=_amount(fields, "amount"),
        price=None if style in _UNPRICED else _price(fields, "price"),
        auxiliary=_price(fields, "price_aux_limit") if style is Style.STOP_LIMIT else 0,
        trailing=_price(fields, "price_trailing") if style is Style.TRAILING_STOP else 0,
        oco_stop=_oco_stop(fields, style, flags),
        flags=flags,
        cid=whole(fields, "cid", largest=LARGEST_CLIENT_ID),
        gid=whole(fields, "gid", largest=LARGEST_CLIENT_ID),
        tif_ms=_moment(engine, fields.get("tif")),
        meta=_meta(fields.get("meta")) or {},
    )


def read_change(engine: Engine, order: Order, fields: Fields) -> Change:
    """Check a request to update an order. Raises Refusal.

    Source: Bitfinex docs, "Update Order".
    """
    style, priced = order.kind.style, _given(fields)
    refused = {
        "price": style in _UNPRICED,
        "price_aux_limit": style is not Style.STOP_LIMIT,
        "price_trailing": style is not Style.TRAILING_STOP,
    }
    for name in priced:
        if refused.get(name):
            raise invalid(name)
    flags = _flags(fields, order.kind)
    if flags is not None and (flags ^ order.flags) & (ONE_CANCELS_OTHER | CLOSE):
        raise invalid("flags")
    return Change(
        price=_price(fields, "price") if "price" in priced else None,
        auxiliary=_price(fields, "price_aux_limit") if "price_aux_limit" in priced else None,
        trailing=_price(fields, "price_trailing") if "price_trailing" in priced else None,
        amount=_amount(fields, "amount") if "amount" in priced else None,
        delta=_amount(fields, "delta") if "delta" in priced else None,
        flags=flags,
        gid=whole(fields, "gid", largest=LARGEST_CLIENT_ID),
        tif_ms=_moment(engine, fields.get("tif")),
        meta=_meta(fields.get("meta")),
    )


def _given(fields: Fields) -> set[str]:
    return {name for name, value in fields.items() if value is not None}


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


def _flags(fields: Fields, kind: Kind) -> int | None:
    flags = whole(fields, "flags")
    if flags is None:
        return None
    # What would change an order's meaning and cannot be honoured is refused, never ignored.
    if flags & ~_KNOWN_FLAGS or (flags & _POSITION_FLAGS and not kind.is_margin):
        raise invalid("flags")
    if flags & ONE_CANCELS_OTHER and kind.style is not Style.LIMIT:
        raise invalid("flags")
    return flags


def _amount(fields: Fields, name: str) -> int:
    amount = units(fields, name)
    if not amount:
        raise Refusal(GENERIC, f"{name}: invalid")
    return amount


def _price(fields: Fields, name: str) -> int:
    price = units(fields, name, cut=True)
    if not 0 < price <= LARGEST_PRICE:
        raise Refusal(GENERIC, f"{name}: invalid")
    return cut_down(price)


def _oco_stop(fields: Fields, style: Style, flags: int) -> int | None:
    if flags & ONE_CANCELS_OTHER:
        return _price(fields, "price_oco_stop")
    if fields.get("price_oco_stop") is not None and style is Style.LIMIT:
        raise invalid("price_oco_stop")
    return None


def _moment(engine: Engine, value: Any) -> int | None:
    """Read a time in force: a day or a moment in UTC, as text, that is still to come."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as failure:
        raise invalid("tif") from failure
    moment = moment.replace(tzinfo=moment.tzinfo or UTC)
    moment_ms = round(moment.timestamp() * 1000)
    if moment_ms <= engine.clock():
        raise invalid("tif")
    return moment_ms


def _meta(value: Any) -> dict[str, Any] | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise invalid("meta")
    return dict(value)
