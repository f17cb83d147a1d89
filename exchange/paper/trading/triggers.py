"""Stops that wait for a price: which of them are due, and which move along with the market."""

from __future__ import annotations

from bisect import bisect_left, insort

from exchange.paper.numbers import cut_down, cut_up
from exchange.paper.trading.orders import Order

_Place = tuple[int, int, int]


class Triggers:
    """The waiting stops of one market.

    A buying stop is due when the last trade was at its price or above, a selling one when it was
    at its price or below. Source: Bitfinex support, "Order types", stop.
    """

    def __init__(self) -> None:
        self._orders: dict[int, Order] = {}
        self._trailing: dict[int, Order] = {}
        # By how soon they are due: buys rising, sales falling (their prices negated).
        self._lines: dict[bool, list[_Place]] = {True: [], False: []}

    def __len__(self) -> int:
        return len(self._orders)

    def add(self, order: Order) -> None:
        """Let a stop wait for its price."""
        self._orders[order.id] = order
        insort(self._lines[order.is_buy], _place(order))
        if order.trailing:
            self._trailing[order.id] = order

    def remove(self, order: Order) -> None:
        """Take a waiting stop out; its price must not have changed since it came."""
        if self._orders.pop(order.id, None) is None:
            return
        self._trailing.pop(order.id, None)
        line = self._lines[order.is_buy]
        del line[bisect_left(line, _place(order))]

    def next_due(self, last: int) -> Order | None:
        """Return the stop that a trade at `last` sets off first, if any. It stays in line."""
        for is_buy, line in self._lines.items():
            if line and line[0][0] <= (last if is_buy else -last):
                return self._orders[line[0][2]]
        return None

    def follow(self, last: int) -> list[Order]:
        """Move trailing stops after a price that has gone their owner's way; return those moved."""
        moved = []
        for order in list(self._trailing.values()):
            price = trailing_price(order.is_buy, last, order.trailing)
            if price < order.price if order.is_buy else price > order.price:
                self.remove(order)
                order.price = price
                self.add(order)
                moved.append(order)
        return moved


def trailing_price(is_buy: bool, last: int, distance: int) -> int:
    """Return where a trailing stop stands when the last trade was at `last`."""
    return cut_up(last + distance) if is_buy else cut_down(max(1, last - distance))


def _place(order: Order) -> _Place:
    return (order.price if order.is_buy else -order.price, order.queued, order.id)
