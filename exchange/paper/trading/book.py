"""A limit order book with price-time priority. It knows orders, not people or money."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass

from exchange.paper.numbers import UNIT, cut_down, cut_up
from exchange.paper.trading.orders import Order


class Resting:
    """An order waiting in the book. `owner` is None for the bots' own quotes."""

    __slots__ = ("amount", "id", "is_buy", "owner", "price")

    def __init__(
        self, order_id: int, is_buy: bool, price: int, amount: int, owner: Order | None = None
    ) -> None:
        self.id = order_id
        self.is_buy = is_buy
        self.price = price
        self.amount = amount
        self.owner = owner


@dataclass(frozen=True, slots=True)
class Execution:
    """A part of a resting order that was taken, at the resting order's price."""

    resting: Resting
    amount: int


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
            insort(self._ranks, resting.price if self.is_buy else -resting.price)
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
            rank = resting.price if self.is_buy else -resting.price
            del self._ranks[bisect_left(self._ranks, rank)]

    def accepts(self, price: int, limit: int | None) -> bool:
        """Tell whether someone who pays or asks `limit` at worst would trade at `price`."""
        return limit is None or (price >= limit if self.is_buy else price <= limit)


class Book:
    """Both sides of one market. `version` rises with every change."""

    def __init__(self) -> None:
        self.version = 0
        self.bids = Side(is_buy=True)
        self.asks = Side(is_buy=False)

    def side(self, *, is_buy: bool) -> Side:
        """Return the half where buy (or sell) orders wait."""
        return self.bids if is_buy else self.asks

    def add(self, resting: Resting) -> None:
        """Let an order wait. It must not cross the other side: take first, add what is left."""
        self.version += 1
        self.side(is_buy=resting.is_buy).add(resting)

    def remove(self, resting: Resting) -> None:
        """Take a waiting order out of the book."""
        self.version += 1
        self.side(is_buy=resting.is_buy).reduce(resting, resting.amount)

    def take(self, *, is_buy: bool, amount: int, limit: int | None = None) -> list[Execution]:
        """Match an incoming order, best price first, then first come.

        Returns what was executed, possibly less than `amount`. The resting orders are already
        reduced; the caller moves the money.
        """
        against = self.side(is_buy=not is_buy)
        executions: list[Execution] = []
        while amount and len(against):
            resting = against.first()
            if not against.accepts(resting.price, limit):
                break
            part = min(amount, resting.amount)
            against.reduce(resting, part)
            executions.append(Execution(resting, part))
            amount -= part
        if executions:
            self.version += 1
        return executions

    def available(self, *, is_buy: bool, amount: int, limit: int | None) -> tuple[int, int]:
        """Return (amount, total) that an incoming order would trade now, without trading."""
        against = self.side(is_buy=not is_buy)
        found = total = 0
        for resting in against.orders():
            if found == amount or not against.accepts(resting.price, limit):
                break
            part = min(amount - found, resting.amount)
            found += part
            total += part * resting.price // UNIT
        return found, total

    def crosses(self, *, is_buy: bool, limit: int) -> bool:
        """Tell whether an order at `limit` would trade at once."""
        against = self.side(is_buy=not is_buy)
        best = against.best()
        return best is not None and against.accepts(best, limit)

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
