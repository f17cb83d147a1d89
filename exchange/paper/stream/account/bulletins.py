"""What changed, as the account's frames: rendered once, and only for who is listening.

The order is the real one: orders before the fills that changed them, then positions, then wallets.
Source: bitfinex-api-node#239 and #327, bitfinex-api-py#243.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field
from functools import partial

from exchange.paper.stream.account.frames import (
    Frame,
    charged_frame,
    entry_frame,
    executed_frame,
    order_frame,
    position_frame,
)
from exchange.paper.trading.desk import Desk
from exchange.paper.trading.margin.positions import Position
from exchange.paper.trading.orders import Order
from exchange.paper.trading.state.changes import Changes


@dataclass(slots=True)
class Bulletin:
    """News of one account: what to tell now, and the fills' fees, which come a little later."""

    frames: list[Frame] = field(default_factory=list)
    charged: list[Frame] = field(default_factory=list)


class Bulletins:
    """Know what has been told of, so that news of it are called by the right name."""

    def __init__(self, desk: Desk) -> None:
        self._margin = desk.margin
        self._orders = {order.id for order in desk.orders.values() if order.is_open}
        self._positions = {
            position.id
            for account in desk.positions.accounts()
            for position in desk.positions.of(account)
        }

    def compose(self, changes: Changes, listening: Container[str]) -> dict[str, Bulletin]:
        """Return what each account that somebody listens to is to be told."""
        found: dict[str, Bulletin] = {}
        for account, render in self._happened(changes):
            if account in listening:
                found.setdefault(account, Bulletin()).frames.append(render())
        for fill in changes.fills:
            if fill.account in listening:
                found[fill.account].charged.append(charged_frame(fill))
        return found

    def _happened(self, changes: Changes) -> Iterator[tuple[str, Callable[[], Frame]]]:
        for order in changes.orders.values():
            yield order.account, partial(order_frame, self._order_code(order), order)
        for fill in changes.fills:
            yield fill.account, partial(executed_frame, fill)
        for position in changes.positions.values():
            code = self._position_code(position)
            yield position.account, partial(position_frame, code, position, self._margin)
        for entry in changes.entries:
            yield entry.account, partial(entry_frame, entry)

    def _order_code(self, order: Order) -> str:
        if not order.is_open:
            self._orders.discard(order.id)
            return "oc"
        # An order that traded at once was never new: the first that is heard of it is a change.
        code = "ou" if order.id in self._orders or order.executed else "on"
        self._orders.add(order.id)
        return code

    def _position_code(self, position: Position) -> str:
        if not position.is_open:
            self._positions.discard(position.id)
            return "pc"
        code = "pu" if position.id in self._positions else "pn"
        self._positions.add(position.id)
        return code
