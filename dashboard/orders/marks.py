"""A person's open orders and trades as marks on a chart.

A chart takes such lists from several addresses and knows only this shape: kind ("line" or "dot"),
side, price, text, and of a dot when it was. Whoever else has prices to mark answers the same way.
"""

from __future__ import annotations

from typing import Any

from dashboard.accounts.models import User
from dashboard.figures import amount_text, plain
from dashboard.orders import selectors
from dashboard.orders.models import Order
from dashboard.orders.states import State

MOST_DOTS = 500


def marks(user: User, symbol: str) -> list[dict[str, Any]]:
    """Return lines of the orders that are not over, then dots of the newest trades."""
    orders = reversed(selectors.unsettled(user, symbol))
    lines = [line for order in orders for line in lines_of(order)]
    fills = selectors.fills_in(user, symbol).order_by("-traded_at", "-trade_id")[:MOST_DOTS]
    dots = [
        {
            "kind": "dot",
            "side": fill.side,
            "price": plain(fill.price),
            "amount": plain(fill.amount),
            "text": f"{words(fill.side)} {amount_text(fill.amount)}",
            "at_ms": round(fill.traded_at.timestamp() * 1000),
        }
        for fill in fills
    ]
    return lines + dots


def lines_of(order: Order) -> list[dict[str, Any]]:
    """Return a line for each price that an order waits at; one at the market's has none."""
    prices = (order.price, order.price_aux_limit, order.price_oco_stop)
    doubt = "" if order.state == State.OPEN else " ?"
    return [
        {
            "kind": "line",
            "side": order.side,
            "price": plain(price),
            "amount": plain(order.remaining),
            "text": f"{words(order.side)} {amount_text(order.remaining)}{doubt}",
            "is_certain": order.state == State.OPEN,
        }
        for price in prices
        if price is not None
    ]


def words(side: str) -> str:
    return "Buy" if side == "buy" else "Sell"
