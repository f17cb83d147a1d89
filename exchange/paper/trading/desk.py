"""The order desk: takes orders in, changes them, lets them go, and watches what time brings."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from exchange.paper.trading.accounts import Account, Cause, Entry
from exchange.paper.trading.admission import Admission
from exchange.paper.trading.amending import Amendment, Change
from exchange.paper.trading.execution import Execution
from exchange.paper.trading.live import LiveMarket, Numbering
from exchange.paper.trading.margin.liquidation import Liquidation
from exchange.paper.trading.margin.positions import Position, Positions
from exchange.paper.trading.margin.valuation import Margin
from exchange.paper.trading.orders import Ending, Fill, Order, Ticket
from exchange.paper.trading.state.changes import Changes
from exchange.paper.trading.state.floor import Floor
from exchange.paper.trading.state.money_ledger import MoneyLedger

__all__ = ["Changes", "Desk", "LiveMarket", "Numbering"]


class Legacy(Protocol):
    """What an earlier run knew of trading, each sort oldest first but for the orders."""

    @property
    def orders(self) -> Sequence[Order]:
        """All orders that were kept, in any order."""

    @property
    def fills(self) -> Sequence[Fill]:
        """The fills that were kept."""

    @property
    def entries(self) -> Sequence[Entry]:
        """The movements of money that were kept."""

    @property
    def positions(self) -> Sequence[Position]:
        """Open and closed positions."""


class Desk:
    """Hold all accounts, orders and positions. clock gives epoch milliseconds.

    Whoever shares `markets` may add to them; orders name theirs by its symbol.
    """

    def __init__(
        self,
        clock: Callable[[], int],
        numbering: Numbering,
        markets: dict[str, LiveMarket] | None = None,
    ) -> None:
        self._floor = Floor(clock, numbering, {} if markets is None else markets)
        self.margin = Margin(self._floor)
        self._admission = Admission(self._floor, self.margin)
        self._execution = Execution(self._floor, self.margin)
        self._amendment = Amendment(self._floor, self._admission, self._execution)
        self._liquidation = Liquidation(self._floor, self.margin, self._execution)
        # (time in force, order id), the next to expire first.
        self._expiries: list[tuple[int, int]] = []

    @property
    def numbering(self) -> Numbering:
        """Last numbers given out."""
        return self._floor.numbering

    @property
    def accounts(self) -> dict[str, Account]:
        """Everybody's accounts by name, those of the house included."""
        return self._floor.accounts

    @property
    def orders(self) -> dict[int, Order]:
        """Every order that is open, or closed and still kept, by its id."""
        return self._floor.archive.orders

    @property
    def positions(self) -> Positions:
        """What has been bought or sold with borrowed money."""
        return self._floor.positions

    @property
    def money_ledger(self) -> MoneyLedger:
        """Every movement of money of those who trade."""
        return self._floor.ledger

    def account(self, name: str) -> Account:
        """Return an account; one that is seen for the first time gets its starting money."""
        return self._floor.account(name)

    def take_changes(self) -> Changes:
        """Return what was touched since the last call."""
        changes, self._floor.changes = self._floor.changes, Changes()
        return changes

    def open_orders(self, account: str) -> list[Order]:
        """Return an account's open orders, oldest first."""
        return self._floor.archive.open_of(account)

    def past_orders(self, account: str) -> Sequence[Order]:
        """Return an account's closed orders, the one that ended first foremost."""
        return self._floor.archive.past_of(account)

    def fills_of(self, account: str) -> Sequence[Fill]:
        """Return an account's fills, oldest first."""
        return self._floor.archive.fills_of(account)

    def book(
        self, account: str, kind: str, currency: str, amount: int, *, category: int, text: str
    ) -> None:
        """Move money on one wallet for another reason than a trade, and say why.

        The caller books the other side too, so that money is neither made nor lost.
        """
        cause = Cause(text=text, category=category, made_ms=self._floor.clock())
        self._floor.book(account, kind, currency, amount, cause)

    def note_affairs(self, account: str, record: dict[str, Any]) -> None:
        """Have something saved about an account, in the place of what was saved before."""
        self._floor.note_affairs(account, record)

    def submit(self, account: str, ticket: Ticket) -> list[Order]:
        """Accept an order and match it at once; what is left of a limit order waits.

        Returns it, and its partner when it names one. Either may already be closed. Raises
        Refusal when size, balance or margin do not fit.
        """
        self._expire()
        pair = self._admission.accept(account, ticket)
        for order in pair:
            self._take_in(order)
            self._floor.note(self.account(account), order)
        for partner in pair[1:]:
            self._floor.wait(partner)
        self._execution.run(pair[0])
        return pair

    def amend(self, order: Order, change: Change) -> Order:
        """Change an open order; it may trade, or end, because of it. Raises Refusal.

        Returns a copy of it as it was changed, before anything came of that.
        """
        changed = self._amendment.apply(order, change)
        self._watch(order)
        return changed

    def cancel(self, order: Order) -> None:
        """Close an open order, and its partner."""
        self._floor.end(order, Ending.CANCELED)

    def restore(self, past: Legacy) -> None:
        """Take up where an earlier run stopped: open orders wait again, in their old line.

        Call it when all markets are open. Orders of markets that are gone are cancelled.
        """
        floor = self._floor
        for fill in past.fills:
            floor.archive.add_fill(fill)
        for entry in past.entries:
            floor.ledger.enter(entry)
        floor.positions.restore(past.positions)
        for order in sorted((order for order in past.orders if not order.is_open), key=_ended):
            floor.archive.add(order)
        waiting = sorted((order for order in past.orders if order.is_open), key=_age)
        for order in waiting:
            self._take_in(order)
        for order in sorted(waiting, key=_queued):
            if order.market.symbol in floor.markets:
                floor.wait(order)
            elif order.is_open:
                floor.end(order, Ending.CANCELED)

    def bots_take(self, live: LiveMarket, *, is_buy: bool, amount: int, limit: int | None) -> int:
        """Send an immediate order of the bots. Returns the amount it traded."""
        return self._execution.bots_take(live, is_buy=is_buy, amount=amount, limit=limit)

    def tick(self) -> None:
        """Do what is due: orders expire, accounts that cannot carry their positions lose them."""
        self._expire()
        self._liquidation.run()

    def _take_in(self, order: Order) -> None:
        self._floor.archive.add(order)
        self._floor.secure(order)
        self._watch(order)

    def _watch(self, order: Order) -> None:
        if order.tif_ms is not None:
            heapq.heappush(self._expiries, (order.tif_ms, order.id))

    def _expire(self) -> None:
        while self._expiries and self._expiries[0][0] <= self._floor.clock():
            due_ms, order_id = heapq.heappop(self._expiries)
            order = self.orders.get(order_id)
            # It may have ended, or been given another time, since.
            if order is not None and order.is_open and order.tif_ms == due_ms:
                self.cancel(order)


def _ended(order: Order) -> tuple[int, int]:
    return order.updated_ms, order.id


def _age(order: Order) -> int:
    return order.id


def _queued(order: Order) -> int:
    return order.queued
