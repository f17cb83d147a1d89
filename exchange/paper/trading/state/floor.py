"""What everybody on the trading floor shares: accounts, orders, and where each of them waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from exchange.paper.trading.accounts import NOBODY, Account, Cause, starting_account
from exchange.paper.trading.book import Resting
from exchange.paper.trading.live import LiveMarket, Numbering
from exchange.paper.trading.margin.positions import Position, Positions
from exchange.paper.trading.orders import HIDDEN, Ending, Fill, Order
from exchange.paper.trading.settlement import held_back, hold
from exchange.paper.trading.state.archive import Archive
from exchange.paper.trading.state.changes import Changes
from exchange.paper.trading.state.money_ledger import MoneyLedger
from exchange.paper.trading.triggers import Triggers


class Floor:
    """Hold all state of trading, and keep its parts in step. clock gives epoch milliseconds."""

    def __init__(
        self, clock: Callable[[], int], numbering: Numbering, markets: dict[str, LiveMarket]
    ) -> None:
        self.clock = clock
        self.numbering = numbering
        self.markets = markets
        self.accounts: dict[str, Account] = {}
        self.archive = Archive()
        self.ledger = MoneyLedger()
        self.positions = Positions()
        self.changes = Changes()
        self.stops: defaultdict[str, Triggers] = defaultdict(Triggers)
        self.resting: dict[int, Resting] = {}

    def account(self, name: str) -> Account:
        """Return an account; one that is seen for the first time gets its starting money."""
        if name not in self.accounts:
            self.accounts[name] = starting_account(name, self.clock())
            self.note(self.accounts[name])
        return self.accounts[name]

    def live(self, order: Order) -> LiveMarket:
        """Return the market an order trades on."""
        return self.markets[order.market.symbol]

    def note(self, account: Account, order: Order | None = None) -> None:
        """Remember that an account, and perhaps an order of it, has changed."""
        self.changes.accounts[account.name] = account
        for entry in account.take_entries():
            self.ledger.enter(entry)
            self.changes.entries.append(entry)
        if order is not None:
            self.changes.orders[order.id] = order

    def note_fill(self, fill: Fill) -> None:
        """Remember a fill."""
        self.archive.add_fill(fill)
        self.changes.fills.append(fill)

    def note_positions(self, positions: list[Position]) -> None:
        """Remember that positions have changed."""
        self.changes.positions |= {position.id: position for position in positions}

    def note_affairs(self, account: str, record: dict[str, Any]) -> None:
        """Remember what else belongs to an account, as a JSON-ready record."""
        self.changes.affairs[account] = record

    def book(self, account: str, kind: str, currency: str, amount: int, cause: Cause) -> None:
        """Move money on one wallet. Whoever calls books the other side too."""
        owner = self.account(account)
        if account in NOBODY:
            owner.wallet(currency, kind).balance += amount
        else:
            owner.post(owner.wallet(currency, kind), amount, cause)
        self.note(owner)

    def secure(self, order: Order) -> None:
        """Make an open order hold back what it may still have to pay, no more and no less."""
        hold(self.account(order.account), order, held_back(order))

    def wait(self, order: Order) -> None:
        """Let an open order wait: a stop for its price, any other in the book."""
        if order.waits_for_price:
            self.stops[order.market.symbol].add(order)
            return
        resting = Resting(
            order.id,
            order.is_buy,
            order.price,
            order.remaining,
            order,
            is_hidden=bool(order.flags & HIDDEN),
        )
        self.resting[order.id] = resting
        self.live(order).book.add(resting)

    def withdraw(self, order: Order) -> None:
        """Take an order out of wherever it waits; nothing happens to one that does not."""
        resting = self.resting.pop(order.id, None)
        if resting is not None and resting.amount:
            self.live(order).book.remove(resting)
        elif order.waits_for_price:
            self.stops[order.market.symbol].remove(order)

    def end(self, order: Order, ending: Ending) -> None:
        """Close an order for good, and its partner with it."""
        self.withdraw(order)
        hold(self.account(order.account), order, 0)
        order.end(ending, self.clock())
        self.archive.close(order)
        self.note(self.account(order.account), order)
        self.part(order)

    def part(self, order: Order) -> None:
        """Cancel the partner of an order that has traded or ended: one cancels the other."""
        if order.partner is None:
            return
        partner = self.archive.orders.get(order.partner)
        order.partner, order.cover = None, 0
        if partner is not None and partner.is_open:
            partner.partner = None
            self.end(partner, Ending.CANCELED)
        if order.is_open:
            self.secure(order)
