"""An order as v1 shows it, and as v1 is asked for it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from exchange.paper.engine import Engine
from exchange.paper.fields import Fields
from exchange.paper.numbers import cut_down, parse_units, plain_text, to_decimal
from exchange.paper.refusals import Refusal
from exchange.paper.rest.available import available_to_trade
from exchange.paper.rest.tickets import LARGEST_PRICE, read_ticket
from exchange.paper.rest.v1.calls import Call, LegacyRefusal, decimal, live_market, seconds
from exchange.paper.trading.orders import Order, Ticket

# v1's names of order types by v2's; each has a sister with "exchange" in front.
_KINDS = {
    "market": "MARKET",
    "limit": "LIMIT",
    "stop": "STOP",
    "trailing-stop": "TRAILING STOP",
    "fill-or-kill": "FOK",
}
_V1_KINDS = {v2: v1 for v1, v2 in _KINDS.items()}
_EXCHANGE = "exchange "
_SIDES = {"buy": 1, "sell": -1}
_HIDDEN, _POST_ONLY, _ONE_CANCELS_OTHER = 64, 4096, 16384
_FLAGS = {"is_hidden": _HIDDEN, "is_postonly": _POST_ONLY, "ocoorder": _ONE_CANCELS_OTHER}
_SWITCHES: dict[Any, bool] = {None: False, 0: False, 1: True, "0": False, "1": True}
_SWITCHES |= {"false": False, "true": True}


def ticket(call: Call, fields: Fields) -> Ticket:
    """Check an order request and return its ticket. Raises LegacyRefusal or Refusal.

    Source: Bitfinex docs v1, "New Order".
    """
    market = live_market(call.engine, fields.get("symbol")).market
    kind = _v2_kind(fields.get("type"))
    sign = _SIDES.get(str(fields.get("side")))
    if sign is None:
        raise LegacyRefusal("Invalid order side")
    price = _price(fields, "price", any_digits=kind.endswith("MARKET"))
    amount = _amount(call, fields, sign, price)
    flags = {name: flag for name, flag in _FLAGS.items() if switch(fields, name)}
    members = {
        "symbol": market.symbol,
        "type": kind,
        "amount": plain_text(sign * amount),
        "flags": sum(flags.values()),
    }
    if "ocoorder" in flags:
        side = "buy" if sign > 0 else "sell"
        members["price_oco_stop"] = plain_text(_price(fields, f"{side}_price_oco"))
    members |= _priced(kind, price)
    return _translated(call.engine, members)


def switch(fields: Fields, name: str) -> bool:
    """Return a yes or no, which v1 clients write as a bool, as 0 and 1, or as text."""
    value = fields.get(name)
    key = value.lower() if isinstance(value, str) else value
    if isinstance(key, list | dict) or key not in _SWITCHES:
        raise LegacyRefusal(f"Key {name} should be a boolean")
    return _SWITCHES[key]


def _v2_kind(name: Any) -> str:
    words = str(name).lower()
    kind = _KINDS.get(words.removeprefix(_EXCHANGE))
    if kind is None:
        raise LegacyRefusal("Invalid order type")
    return f"EXCHANGE {kind}" if words.startswith(_EXCHANGE) else kind


def _amount(call: Call, fields: Fields, sign: int, price: int) -> int:
    if switch(fields, "use_all_available"):
        live = live_market(call.engine, fields.get("symbol"))
        wallet = "exchange" if str(fields.get("type")).startswith(_EXCHANGE) else "margin"
        amount = available_to_trade(call.engine, call.account, live, sign, price, wallet)
    else:
        amount = decimal(fields, "amount")
    if amount <= 0:
        raise LegacyRefusal("Order amount must be positive.")
    return amount


def _price(fields: Fields, name: str, *, any_digits: bool = False) -> int:
    price = decimal(fields, name)
    if price <= 0:
        raise LegacyRefusal("Order price must be positive.")
    if price > LARGEST_PRICE:
        raise LegacyRefusal("Price too big")
    # v2 cuts what is too precise; v1 refuses it.
    if not any_digits and Decimal(fields[name]) != to_decimal(cut_down(price)):
        raise LegacyRefusal("Invalid order price precision (5 sig figures limit)")
    return price


def _priced(kind: str, price: int) -> dict[str, str]:
    if kind.endswith("MARKET"):
        return {}
    # v1 has one price for all types; of a trailing stop it is the distance.
    return {"price_trailing" if kind.endswith("TRAILING STOP") else "price": plain_text(price)}


def _translated(engine: Engine, members: dict[str, Any]) -> Ticket:
    try:
        return read_ticket(engine, members)
    except Refusal as refusal:
        name = refusal.reason.removesuffix(": invalid")
        # Of all that becomes a flag only a pair can be wrong here.
        wrong = "ocoorder" if name == "flags" else name
        raise LegacyRefusal(f"Invalid order {wrong}") from refusal


def order_object(order: Order, *, as_accepted: bool = False) -> dict[str, Any]:
    """Build a v1 order, as it is now or as it was when it was accepted."""
    remaining = order.remaining + order.executed if as_accepted else order.remaining
    average = "0.0" if as_accepted else _decimal_text(str(order.average_price()))
    return {
        "id": order.id,
        "cid": order.cid,
        "cid_date": None,
        "gid": order.gid,
        "symbol": order.market.pair.lower(),
        "exchange": "bitfinex",
        "price": plain_text(order.price),
        "avg_execution_price": average,
        "side": "buy" if order.is_buy else "sell",
        "type": v1_kind(str(order.kind)),
        "timestamp": seconds(order.created_ms),
        "is_live": as_accepted or order.is_open,
        "is_cancelled": not as_accepted and not order.is_open and order.remaining > 0,
        "is_hidden": bool(order.flags & _HIDDEN),
        "oco_order": order.partner,
        "was_forced": order.status().startswith("FORCED"),
        "original_amount": plain_text(abs(order.amount)),
        "remaining_amount": plain_text(remaining),
        "executed_amount": plain_text(0 if as_accepted else order.executed),
        "src": order.source,
        "meta": dict(order.meta),
    }


def _decimal_text(number: str) -> str:
    # An average is a double, which may come with an exponent or without decimals.
    return plain_text(parse_units(format(Decimal(number), "f")))


def v1_kind(kind: str) -> str:
    """Name an order type as v1 does; one that v1 does not know keeps v2's name in lower case."""
    bare = kind.removeprefix("EXCHANGE ")
    prefix = _EXCHANGE if bare != kind else ""
    return prefix + _V1_KINDS.get(bare, bare.lower())
