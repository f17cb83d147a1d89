"""What the exchange shows of an order, by our columns, and whether it is one of ours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import exchange as wire
from dashboard.orders.models import Order, Origin
from dashboard.orders.states import State

# The exchange says when it made an order. Its clock and ours may differ by the first, and a
# request may have been on its way for the second.
CLOCKS_DIFFER = timedelta(seconds=60)
LATEST_ARRIVAL = timedelta(seconds=120)


def state_at_exchange(seen: wire.Order) -> State:
    if seen.is_open:
        return State.OPEN
    return State.FILLED if seen.is_filled else State.CANCELED


def figures(seen: wire.Order) -> dict[str, Any]:
    """Return what the exchange says of an order, by our columns."""
    is_open = state_at_exchange(seen) is State.OPEN
    return {
        "exchange_id": seen.id,
        "amount": abs(seen.amount_orig),
        # A market order carries a price at the exchange too, but nobody asked for it.
        "price": None if seen.type.endswith("MARKET") else seen.price,
        "price_aux_limit": seen.price_aux_limit or None,
        "price_trailing": seen.price_trailing or None,
        "flags": seen.flags,
        "time_in_force": seen.expires,
        "gid": seen.gid,
        "executed": seen.executed,
        "average_price": seen.price_avg or None,
        "status": seen.status,
        "exchange_updated_at": seen.updated,
        "settled_at": None if is_open else seen.updated,
        "reason": "",
    }


def is_shown(order: Order, figures: dict[str, Any]) -> bool:
    """Tell whether the row says all this already; that it was looked at again is no news."""
    return all(
        getattr(order, name) == value
        for name, value in figures.items()
        if name != "exchange_updated_at"
    )


def is_older(seen: wire.Order, order: Order) -> bool:
    """Tell whether this is a view of the past: answers and events may overtake each other."""
    if order.exchange_updated_at is None or seen.updated > order.exchange_updated_at:
        return False
    return seen.updated < order.exchange_updated_at or seen.executed < order.executed


def is_same(order: Order, seen: wire.Order) -> bool:
    """Tell whether the exchange's order is the one we sent: the client id alone proves nothing."""
    return (
        is_of_our_sending(order, seen)
        and seen.type == order.type
        and has_our_price(order, seen)
        and (seen.price_aux_limit or None) == order.price_aux_limit
        and (seen.price_trailing or None) == order.price_trailing
    )


def is_partner(order: Order, seen: wire.Order) -> bool:
    """Tell whether it is the stop that we sent along with an order, to cancel each other."""
    return (
        order.price_oco_stop is not None
        and is_of_our_sending(order, seen)
        and seen.type.removeprefix("EXCHANGE ") == "STOP"
        and seen.price == order.price_oco_stop
    )


def is_of_our_sending(order: Order, seen: wire.Order) -> bool:
    """Tell whether client id, market, original amount and time of creation are what we sent."""
    return (
        seen.cid == order.cid
        and seen.symbol == order.symbol
        and seen.amount_orig == order.signed_amount
        and order.sent_at is not None
        and order.sent_at - CLOCKS_DIFFER <= seen.created <= order.sent_at + LATEST_ARRIVAL
    )


def has_our_price(order: Order, seen: wire.Order) -> bool:
    # The exchange makes up a price for these two: what was paid, and where the stop is by now.
    return order.is_market or order.price_trailing is not None or seen.price == order.price


def origin_of(seen: wire.Order) -> Origin:
    """Return who made an order that was not made here. Source: Bitfinex docs, Orders, ROUTING."""
    routing = seen.routing or ""
    if routing.startswith("API"):
        return Origin.OTHER_KEY
    return Origin.WEBSITE if routing else Origin.ELSEWHERE
