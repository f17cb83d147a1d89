"""What changed, as the account's frames: rendered once, and only for who is listening.

The order is the real one: orders before the fills that changed them, wallets after both.
Source: bitfinex-api-node#239 and #327, bitfinex-api-py#243.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

from exchange.paper.stream.account.frames import (
    Frame,
    charged_frame,
    entry_frame,
    executed_frame,
    order_frame,
)
from exchange.paper.trading.desk import Changes, Desk
from exchange.paper.trading.orders import Order


@dataclass(slots=True)
class Bulletin:
    """News of one account: what to tell now, and the fills' fees, which come a little later."""

    frames: list[Frame] = field(default_factory=list)
    charged: list[Frame] = field(default_factory=list)


class Bulletins:
    """Know which orders have been told of, so that news of them are called by the right name."""

    def __init__(self, desk: Desk) -> None:
        self._told = {order.id for order in desk.orders.values() if order.is_open}

    def compose(self, changes: Changes, listening: Container[str]) -> dict[str, Bulletin]:
        """Return what each account that somebody listens to is to be told."""
        found: dict[str, Bulletin] = {}
        for order in changes.orders.values():
            code = self._code(order)
            if order.account in listening:
                _of(found, order.account).frames.append(order_frame(code, order))
        for fill in changes.fills:
            if fill.account in listening:
                bulletin = _of(found, fill.account)
                bulletin.frames.append(executed_frame(fill))
                bulletin.charged.append(charged_frame(fill))
        for entry in changes.entries:
            if entry.account in listening:
                _of(found, entry.account).frames.append(entry_frame(entry))
        return found

    def _code(self, order: Order) -> str:
        if not order.is_open:
            self._told.discard(order.id)
            return "oc"
        # An order that traded at once was never new: the first that is heard of it is a change.
        code = "ou" if order.id in self._told or order.executed else "on"
        self._told.add(order.id)
        return code


def _of(found: dict[str, Bulletin], account: str) -> Bulletin:
    return found.setdefault(account, Bulletin())
