"""The kinds of orders there are: what each one asks for, allows and means.

The ticket's form, its page, the review and every sentence about an order's price build on this
table alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag
from types import MappingProxyType

from dashboard.figures import amount_text, plain, price_text
from dashboard.orders.models import Order

SPOT = "EXCHANGE "


class Flag(IntFlag):
    """What an order may carry. Source: Bitfinex docs, Flag values."""

    HIDDEN = 64
    REDUCE_ONLY = 1024
    POST_ONLY = 4096
    OCO = 16384


FLAGS: Mapping[str, Flag] = MappingProxyType(
    {
        "post-only": Flag.POST_ONLY,
        "hidden": Flag.HIDDEN,
        "reduce-only": Flag.REDUCE_ONLY,
        "oco": Flag.OCO,
    }
)
FLAG_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "post-only": "Post only: cancel it rather than let it take",
        "hidden": "Hidden: not shown in the book",
        "reduce-only": "Reduce only: never open or grow a position",
        "oco": "One cancels the other: a stop beside this limit",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of order. `prices` are the ticket's price fields that it has, in their order."""

    code: str
    title: str
    wire: str
    help: str
    prices: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset({"reduce-only"})
    # Whether it can wait at the exchange, and so be given an end.
    can_wait: bool = True
    # Whether nothing of it is in the book before a price is reached.
    is_triggered: bool = False


_KINDS = (
    Kind(
        code="LIMIT",
        title="Limit",
        wire="LIMIT",
        help="Trades at its price or better, and waits in the book until then.",
        prices=("price",),
        flags=frozenset(FLAGS),
    ),
    Kind(
        code="MARKET",
        title="Market",
        wire="MARKET",
        help="Takes whatever price there is. A market order needs no price.",
        can_wait=False,
    ),
    Kind(
        code="STOP",
        title="Stop",
        wire="STOP",
        help="Becomes a market order once the stop is reached.",
        prices=("stop",),
        is_triggered=True,
    ),
    Kind(
        code="STOP_LIMIT",
        title="Stop limit",
        wire="STOP LIMIT",
        help="Becomes a limit order at the price once the stop is reached.",
        prices=("stop", "price"),
        flags=frozenset({"reduce-only", "hidden"}),
        is_triggered=True,
    ),
    Kind(
        code="TRAILING_STOP",
        title="Trailing stop",
        wire="TRAILING STOP",
        help="A stop that follows the market at this distance, and never back.",
        prices=("distance",),
        is_triggered=True,
    ),
    Kind(
        code="FOK",
        title="Fill or kill",
        wire="FOK",
        help="Trades all of it at once at this price or better, or nothing.",
        prices=("price",),
        can_wait=False,
    ),
    Kind(
        code="IOC",
        title="Immediate or cancel",
        wire="IOC",
        help="Trades what it can at once at this price or better; the rest is cancelled.",
        prices=("price",),
        can_wait=False,
    ),
)
KINDS: Mapping[str, Kind] = MappingProxyType({kind.code: kind for kind in _KINDS})
_BY_WIRE = {kind.wire: kind for kind in _KINDS}
PRICE_FIELDS = ("stop", "price", "distance")


def kind_of(order: Order) -> Kind | None:
    """Return the kind of an order, None for one made elsewhere of a kind we do not know."""
    return _BY_WIRE.get(order.type.removeprefix(SPOT))


def wire_type(kind: Kind, *, is_margin: bool) -> str:
    """Return the exchange's name of the kind. Source: Bitfinex docs, Submit order."""
    return kind.wire if is_margin else SPOT + kind.wire


def is_margin(order: Order) -> bool:
    return not order.type.startswith(SPOT)


def has_flag(order: Order, flag: Flag) -> bool:
    return bool(order.flags & flag)


def flag_names(order: Order) -> list[str]:
    return [name for name, flag in FLAGS.items() if has_flag(order, flag)]


def price_columns(kind: Kind, prices: Mapping[str, object]) -> dict[str, object]:
    """Return the ticket's prices by the order's columns; what the kind lacks is left out.

    A stop's price on the wire is what sets it off. Source: Bitfinex docs, Submit order.
    """
    if kind.code == "STOP_LIMIT":
        return {"price": prices["stop"], "price_aux_limit": prices["price"]}
    if kind.code == "STOP":
        return {"price": prices["stop"]}
    if kind.code == "TRAILING_STOP":
        return {"price_trailing": prices["distance"]}
    return {"price": prices["price"], "price_oco_stop": prices["stop"]}


def ticket_prices(order: Order) -> dict[str, str]:
    """Return the order's prices as the ticket's fields hold them: the way back."""
    if order.type.endswith("STOP LIMIT"):
        found = {"stop": order.price, "price": order.price_aux_limit}
    elif order.type.endswith("TRAILING STOP"):
        found = {"distance": order.price_trailing}
    elif order.type.endswith("STOP"):
        found = {"stop": order.price}
    else:
        found = {"price": order.price, "stop": order.price_oco_stop}
    return {name: plain(price) for name, price in found.items() if price is not None}


def ticket_fields(order: Order) -> dict[str, str | list[str]]:
    """Return an order as a ticket would post it: the same fields give the same order."""
    kind = kind_of(order)
    fields: dict[str, str | list[str]] = {
        "symbol": order.symbol,
        "side": order.side,
        "type": kind.code if kind else "",
        "amount": plain(order.amount),
        **ticket_prices(order),
    }
    if is_margin(order):
        fields["wallet"] = "margin"
    if order.leverage is not None:
        fields["leverage"] = str(order.leverage)
    if order.time_in_force is not None:
        fields["tif"] = f"{order.time_in_force:%Y-%m-%d %H:%M:%S}"
    if order.flags:
        fields["flags"] = flag_names(order)
    return fields


def price_words(order: Order, quote_name: str = "") -> str:
    """Return an order's price in words: "at 61 240 USD", "once 60 000 USD is reached"."""
    unit = f" {quote_name}" if quote_name else ""
    if order.is_market:
        return "at the market price"
    if order.type.endswith("TRAILING STOP"):
        return f"once the market turns by {amount_text(order.price_trailing)}{unit}"
    at = f"{price_text(order.price)}{unit}"
    if order.type.endswith("STOP LIMIT"):
        return f"at {price_text(order.price_aux_limit)}{unit} once {at} is reached"
    if order.type.endswith("STOP"):
        return f"at the market once {at} is reached"
    if order.price_oco_stop is not None:
        return f"at {at}, or at the market once {price_text(order.price_oco_stop)}{unit} is reached"
    return f"at {at}"
