"""A limit order book with price-time priority. It knows orders, not people or money."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from heapq import merge

from exchange.paper.numbers import UNIT, cut_down, cut_up
from exchange.paper.trading.orders import Order


class Resting:
    """An order waiting in the book. `owner` is None for the bots' own quotes."""

    __slots__ = ("amount", "id", "is_buy", "is_hidden", "owner", "price")

    def __init__(
        self,
        order_id: int,
        is_buy: bool,
        price: int,
        amount: int,
        owner: Order | None = None,
        *,
        is_hidden: bool = False,
    ) -> None:
        self.id = order_id
        self.is_buy = is_buy
        self.price = price
        self.amount = amount
        self.owner = owner
        self.is_hidden = is_hidden

    @property
    def rank(self) -> int:
        """The better the price for the other side, the higher."""
        return self.price if self.is_buy else -self.price


class _Level:
    __slots__ = ("amount", "orders")

    def __init__(self) -> None:
        self.amount = 0
        # Insertion order is time priority.
        self.orders: dict[int, Resting] = {}


class Side:
    """One half of a book, best price first."""

    def __init__(self, *, is_buy: bool) -> None:
        self.is_buy = is_buy
        self._levels: dict[int, _Level] = {}
        # Prices by rank (negated for asks), worst first: the best is popped from the end.
        self._ranks: list[int] = []

    def __len__(self) -> int:
        return len(self._ranks)

    def best(self) -> int | None:
        """Return the best price, or None when nobody waits here."""
        return abs(self._ranks[-1]) if self._ranks else None

    @property
    def top_rank(self) -> int:
        """How good the best price is, to compare halves of one side. It must not be empty."""
        return self._ranks[-1]

    def prices(self) -> Iterator[int]:
        """Walk the prices from best to worst."""
        return map(abs, reversed(self._ranks))

    def at(self, price: int) -> tuple[int, int]:
        """Return (how many orders, amount) at one price."""
        level = self._levels.get(price)
        return (len(level.orders), level.amount) if level else (0, 0)

    def first(self) -> Resting:
        """Return the order next in line. The side must not be empty."""
        return next(iter(self._levels[abs(self._ranks[-1])].orders.values()))

    def orders(self) -> Iterator[Resting]:
        """Walk every order in line, next first."""
        for price in self.prices():
            yield from self._levels[price].orders.values()

    def add(self, resting: Resting) -> None:
        """Put an order at the end of the line of its price."""
        level = self._levels.get(resting.price)
        if level is None:
            level = self._levels[resting.price] = _Level()
            insort(self._ranks, resting.rank)
        level.orders[resting.id] = resting
        level.amount += resting.amount

    def reduce(self, resting: Resting, amount: int) -> None:
        """Take `amount` away from an order; it leaves the book when nothing is left."""
        level = self._levels[resting.price]
        level.amount -= amount
        resting.amount -= amount
        if resting.amount:
            return
        del level.orders[resting.id]
        if not level.orders:
            del self._levels[resting.price]
            del self._ranks[bisect_left(self._ranks, resting.rank)]

    def accepts(self, price: int, limit: int | None) -> bool:
        """Tell whether someone who pays or asks `limit` at worst would trade at `price`."""
        return limit is None or (price >= limit if self.is_buy else price <= limit)


class Book:
    """Both sides of one market. `version` rises with every change.

    bids and asks are what the public may see. Hidden orders wait apart; at the same price they
    come after all visible ones.
    """

    def __init__(self) -> None:
        self.version = 0
        self.bids = Side(is_buy=True)
        self.asks = Side(is_buy=False)
        self._hidden = {is_buy: Side(is_buy=is_buy) for is_buy in (True, False)}

    def side(self, *, is_buy: bool) -> Side:
        """Return the visible half where buy (or sell) orders wait."""
        return self.bids if is_buy else self.asks

    def add(self, resting: Resting) -> None:
        """Let an order wait. It must not cross the other side: take first, add what is left."""
        self.version += 1
        self._place(resting).add(resting)

    def remove(self, resting: Resting) -> None:
        """Take a waiting order out of the book."""
        self.reduce(resting, resting.amount)

    def reduce(self, resting: Resting, amount: int) -> None:
        """Take `amount` away from a waiting order; it keeps its place while something is left."""
        self.version += 1
        self._place(resting).reduce(resting, amount)

    def next_for(self, *, is_buy: bool, limit: int | None = None) -> Resting | None:
        """Return the order an incoming one meets first: best price, visible, first come.

        None when nobody waits within `limit`.
        """
        against = self._first_side(is_buy=not is_buy)
        if against is None or not against.accepts(against.first().price, limit):
            return None
        return against.first()

    def available(self, *, is_buy: bool, amount: int, limit: int | None) -> tuple[int, int]:
        """Return (amount, total) that an incoming order would trade now, without trading."""
        against = self.side(is_buy=not is_buy)
        found = total = 0
        for resting in self._line(is_buy=not is_buy):
            if found == amount or not against.accepts(resting.price, limit):
                break
            part = min(amount - found, resting.amount)
            found += part
            total += part * resting.price // UNIT
        return found, total

    def crosses(self, *, is_buy: bool, limit: int) -> bool:
        """Tell whether an order at `limit` would trade at once."""
        return self.next_for(is_buy=is_buy, limit=limit) is not None

    def best(self, *, is_buy: bool) -> int | None:
        """Return the best price on one side, hidden orders included."""
        side = self._first_side(is_buy=is_buy)
        return None if side is None else side.best()

    def _place(self, resting: Resting) -> Side:
        if resting.is_hidden:
            return self._hidden[resting.is_buy]
        return self.side(is_buy=resting.is_buy)

    def _first_side(self, *, is_buy: bool) -> Side | None:
        visible, hidden = self.side(is_buy=is_buy), self._hidden[is_buy]
        if not len(hidden):
            return visible if len(visible) else None
        if not len(visible):
            return hidden
        return hidden if hidden.top_rank > visible.top_rank else visible

    def _line(self, *, is_buy: bool) -> Iterator[Resting]:
        visible, hidden = self.side(is_buy=is_buy), self._hidden[is_buy]
        if not len(hidden):
            return visible.orders()
        # merge() is stable: of equals, those of the first iterable come first.
        return merge(visible.orders(), hidden.orders(), key=lambda resting: -resting.rank)

    def levels(self, *, is_buy: bool, count: int, digits: int) -> dict[int, tuple[int, int]]:
        """Return the best `count` levels as price → (orders, amount), merged to `digits` digits.

        Bids are merged downwards and asks upwards, so that no level promises a better price
        than its orders give.
        """
        side = self.side(is_buy=is_buy)
        cut = cut_down if is_buy else cut_up
        found: dict[int, tuple[int, int]] = {}
        for price in side.prices():
            merged = cut(price, digits)
            orders, amount = side.at(price)
            if merged in found:
                orders, amount = orders + found[merged][0], amount + found[merged][1]
            elif len(found) == count:
                break
            found[merged] = (orders, amount)
        return found
