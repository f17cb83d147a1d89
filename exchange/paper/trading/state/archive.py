"""Orders and fills, by account and in order: what is open, and as much of the past as is kept."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence

from exchange.paper.trading.orders import Fill, Order

# Source: Bitfinex docs, "Orders history": the list goes back two weeks.
HISTORY_MS = 14 * 24 * 3600 * 1000

KEPT_ORDERS = 10_000
KEPT_FILLS = 20_000


class Archive:
    """Find orders and fills without looking at anybody else's.

    Of each account the newest `KEPT_ORDERS` closed orders and `KEPT_FILLS` fills are kept, and
    no closed order longer than `HISTORY_MS`, so that days of trading take no more memory.
    """

    def __init__(self) -> None:
        self.orders: dict[int, Order] = {}
        self._open: defaultdict[str, dict[int, Order]] = defaultdict(dict)
        self._past: defaultdict[str, deque[Order]] = defaultdict(deque)
        self._fills: defaultdict[str, deque[Fill]] = defaultdict(lambda: deque(maxlen=KEPT_FILLS))

    def add(self, order: Order) -> None:
        """Take in an order, open or closed. Closed ones must come in the order of their ends."""
        self.orders[order.id] = order
        if order.is_open:
            self._open[order.account][order.id] = order
        else:
            self._bury(order)

    def close(self, order: Order) -> None:
        """Move an order that has just ended to the past."""
        del self._open[order.account][order.id]
        self._bury(order)

    def add_fill(self, fill: Fill) -> None:
        """Take in the newest fill of an account."""
        self._fills[fill.account].append(fill)

    def open_of(self, account: str) -> list[Order]:
        """Return an account's open orders, oldest first."""
        return list(self._open[account].values())

    def past_of(self, account: str) -> Sequence[Order]:
        """Return an account's closed orders, the one that ended first foremost."""
        return self._past[account]

    def fills_of(self, account: str) -> Sequence[Fill]:
        """Return an account's fills, oldest first."""
        return self._fills[account]

    def _bury(self, order: Order) -> None:
        past = self._past[order.account]
        past.append(order)
        too_old_ms = order.updated_ms - HISTORY_MS
        while len(past) > KEPT_ORDERS or past[0].updated_ms < too_old_ms:
            del self.orders[past.popleft().id]
