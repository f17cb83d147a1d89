"""Positions: what an account has bought or sold with borrowed money and not yet given back."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from exchange.paper.market.markets import Market
from exchange.paper.numbers import Number, quotient

KEPT_POSITIONS = 1_000

_FIRST_ID = 142_000_000


@dataclass(slots=True, kw_only=True)
class Position:
    """A position on one market. It is closed when its amount is 0.

    amount is signed (a short one is negative), and so is cost: what it took to open what is
    left, in quote currency; a short one has earned it. profit has been paid out already.
    """

    id: int
    account: str
    market: Market
    created_ms: int
    updated_ms: int
    amount: int = 0
    cost: int = 0
    profit: int = 0
    base_price: Number = Number("0")

    @property
    def is_open(self) -> bool:
        """True while something is left of it."""
        return self.amount != 0

    def extend(self, amount: int, cost: int) -> None:
        """Grow by a signed amount that cost a signed total."""
        self.amount += amount
        self.cost += cost
        self.base_price = quotient(self.cost, self.amount)

    def reduce(self, amount: int, earned: int) -> int:
        """Shrink by an unsigned amount that brought `earned` (negative when it was paid).

        Returns the profit, exact to the unit: the cost that stays is what the profit left out.
        """
        cost = self.cost * amount // abs(self.amount)
        self.cost -= cost
        self.amount += amount if self.amount < 0 else -amount
        self.profit += earned - cost
        return earned - cost


class Positions:
    """All positions, by account and market."""

    def __init__(self) -> None:
        self._last_id = _FIRST_ID
        self._open: defaultdict[str, dict[str, Position]] = defaultdict(dict)
        self._past: defaultdict[str, deque[Position]] = defaultdict(
            lambda: deque(maxlen=KEPT_POSITIONS)
        )

    def of(self, account: str) -> list[Position]:
        """Return an account's open positions, oldest first."""
        return list(self._open[account].values()) if account in self._open else []

    def past(self, account: str) -> Sequence[Position]:
        """Return an account's closed positions, the one that closed first foremost."""
        return self._past[account]

    def find(self, account: str, symbol: str) -> Position | None:
        """Return the open position on a market, if there is one."""
        return self._open[account].get(symbol) if account in self._open else None

    def amount(self, account: str, symbol: str) -> int:
        """Return the signed size of the position on a market, 0 where there is none."""
        position = self.find(account, symbol)
        return position.amount if position else 0

    def accounts(self) -> list[str]:
        """Name everybody who has an open position."""
        return [account for account, positions in self._open.items() if positions]

    def restore(self, positions: Iterable[Position]) -> None:
        """Take in what an earlier run left behind, oldest first."""
        for position in positions:
            self._last_id = max(self._last_id, position.id)
            if position.is_open:
                self._open[position.account][position.market.symbol] = position
            else:
                self._past[position.account].append(position)

    def trade(
        self, account: str, market: Market, amount: int, total: int, now_ms: int
    ) -> tuple[int, list[Position]]:
        """Book a signed amount traded for an unsigned total.

        Returns the profit it realised and the positions it touched: two when it closed one and
        opened another on the other side.
        """
        touched, profit, sign = [], 0, 1 if amount > 0 else -1
        position = self.find(account, market.symbol)
        if position is not None and (position.amount > 0) != (amount > 0):
            part = min(abs(amount), abs(position.amount))
            part_total = total * part // abs(amount)
            profit = position.reduce(part, -sign * part_total)
            touched.append(self._stamp(position, now_ms))
            amount, total = amount - sign * part, total - part_total
        if amount:
            position = self.find(account, market.symbol) or self._begin(account, market, now_ms)
            position.extend(amount, sign * total)
            touched.append(self._stamp(position, now_ms))
        return profit, touched

    def _begin(self, account: str, market: Market, now_ms: int) -> Position:
        self._last_id += 1
        position = Position(
            id=self._last_id, account=account, market=market, created_ms=now_ms, updated_ms=now_ms
        )
        self._open[account][market.symbol] = position
        return position

    def _stamp(self, position: Position, now_ms: int) -> Position:
        position.updated_ms = now_ms
        if not position.is_open:
            del self._open[position.account][position.market.symbol]
            self._past[position.account].append(position)
        return position
