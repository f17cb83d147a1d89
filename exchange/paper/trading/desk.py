"""The order desk: takes orders in, matches them, books the money, lets them go again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from exchange.paper.market.chart import Chart
from exchange.paper.market.daystats import DayStatistics
from exchange.paper.market.markets import Market
from exchange.paper.market.tape import Tape
from exchange.paper.market.trades import Trade
from exchange.paper.numbers import cut_down, number, plain_text
from exchange.paper.refusals import GENERIC, Refusal
from exchange.paper.trading.accounts import FEES, HOUSE, Account, Entry, starting_account
from exchange.paper.trading.book import Book, Execution, Resting
from exchange.paper.trading.orders import POST_ONLY, Ending, Fill, Kind, Order, Ticket
from exchange.paper.trading.settlement import (
    Match,
    held_back,
    hold,
    paid_wallet,
    settle,
    settle_house,
)


@dataclass(slots=True)
class LiveMarket:
    """Everything that moves on one market."""

    market: Market
    book: Book
    day: DayStatistics
    tape: Tape
    chart: Chart

    def print(self, trade: Trade) -> None:
        """Put a trade on the tape and count it into the day and the chart."""
        self.tape.append(trade)
        self.day.record(trade.price, abs(trade.amount), trade.made_ms)
        self.chart.add(trade)


@dataclass(slots=True)
class Numbering:
    """Last numbers given out. People and bots share both sequences."""

    order_id: int = 186_000_000_000
    trade_id: int = 1_740_000_000

    def order(self) -> int:
        """Number an order."""
        self.order_id += 1
        return self.order_id

    def trade(self) -> int:
        """Number a trade."""
        self.trade_id += 1
        return self.trade_id


@dataclass(slots=True)
class Changes:
    """What was touched since somebody last took note, each kind in the order of its happening.

    entries are the movements of money of those who trade; the bots' are not told. affairs are
    what the exchange keeps about accounts besides, as records, by account.
    """

    accounts: dict[str, Account] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    fills: list[Fill] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    affairs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.accounts or self.orders or self.fills or self.affairs)


class Desk:
    """Hold all accounts, orders and fills. clock gives epoch milliseconds."""

    def __init__(self, clock: Callable[[], int], numbering: Numbering) -> None:
        self.clock = clock
        self.numbering = numbering
        self.accounts: dict[str, Account] = {}
        self.orders: dict[int, Order] = {}
        self.fills: list[Fill] = []
        self._resting: dict[int, Resting] = {}
        self._changes = Changes()

    def account(self, name: str) -> Account:
        """Return an account; one that is seen for the first time gets its starting money."""
        if name not in self.accounts:
            self.accounts[name] = starting_account(name)
            self._note(self.accounts[name])
        return self.accounts[name]

    def take_changes(self) -> Changes:
        """Return what was touched since the last call."""
        changes, self._changes = self._changes, Changes()
        return changes

    def book(
        self, account: str, kind: str, currency: str, amount: int, *, category: int, text: str
    ) -> None:
        """Move money on one wallet for another reason than a trade, and say why.

        The caller books the other side too, so that money is neither made nor lost.
        """
        owner = self.account(account)
        owner.post(owner.wallet(currency, kind), amount, text, None, category=category)
        self._changes.entries += owner.take_entries()
        self._note(owner)

    def note_affairs(self, account: str, record: dict[str, Any]) -> None:
        """Have something saved about an account, in the place of what was saved before."""
        self._changes.affairs[account] = record

    def open_orders(self, account: str) -> list[Order]:
        """Return an account's open orders, oldest first."""
        owners = (self.orders[order_id] for order_id in sorted(self._resting))
        return [order for order in owners if order.account == account]

    def place(self, live: LiveMarket, account: str, ticket: Ticket) -> Order:
        """Accept an order and match it at once; what is left of a limit order waits.

        Raises Refusal when size or balance do not fit. The order returned may already be closed.
        """
        order = self._accepted(live, account, ticket)
        self.orders[order.id] = order
        limit = None if order.kind is Kind.MARKET else order.price
        if order.kind is not Kind.MARKET:
            hold(self.account(account), order, held_back(order))
        ending = self._obstacle(live, order)
        if ending is None:
            self._execute(live, order, order.is_buy, order.remaining, limit)
            ending = self._outcome(order)
        if ending is None:
            self._rest(live, order)
        else:
            self._end(order, ending)
        self._note(self.account(account), order)
        return order

    def cancel(self, live: LiveMarket, order: Order) -> None:
        """Take an open order out of the book."""
        live.book.remove(self._resting[order.id])
        self._end(order, Ending.CANCELED)

    def reopen(self, live: LiveMarket, order: Order) -> None:
        """Put an order of an earlier run back in line, with what it holds back."""
        hold(self.account(order.account), order, held_back(order))
        self._rest(live, order)

    def bots_take(self, live: LiveMarket, *, is_buy: bool, amount: int, limit: int | None) -> int:
        """Send an immediate order of the bots. Returns the amount it traded."""
        return self._execute(live, None, is_buy, amount, limit)

    def _accepted(self, live: LiveMarket, account: str, ticket: Ticket) -> Order:
        market, size = live.market, abs(ticket.amount)
        if size < market.minimum:
            raise _refused(f"minimum size for {market.shown} is {number(market.minimum)}")
        if size > market.maximum:
            raise _refused(f"maximum size for {market.shown} is {number(market.maximum)}")
        now_ms = self.clock()
        order = Order(
            id=self.numbering.order(),
            account=account,
            market=market,
            kind=ticket.kind,
            amount=ticket.amount,
            price=_expected_price(live, ticket) if ticket.price is None else ticket.price,
            # Source: recorded rows; an order without a client id gets its creation time.
            cid=now_ms if ticket.cid is None else ticket.cid,
            created_ms=now_ms,
            updated_ms=now_ms,
            remaining=size,
            gid=ticket.gid,
            flags=ticket.flags,
            meta=dict(ticket.meta) | ({"$F7": 1} if ticket.flags & POST_ONLY else {}),
            source=ticket.source,
        )
        if self._cost(live, order) > paid_wallet(self.account(account), order).available:
            told = f"{number(order.amount)} {market.pair} at {plain_text(order.price)}"
            raise _refused(f"not enough exchange balance for {told}")
        return order

    @staticmethod
    def _cost(live: LiveMarket, order: Order) -> int:
        if order.kind is Kind.MARKET and order.is_buy:
            # Not the remainder that finds nobody: it is given back at once.
            return live.book.available(is_buy=True, amount=order.remaining, limit=None)[1]
        return held_back(order)

    @staticmethod
    def _obstacle(live: LiveMarket, order: Order) -> Ending | None:
        if order.flags & POST_ONLY and live.book.crosses(is_buy=order.is_buy, limit=order.price):
            return Ending.POST_ONLY
        if order.kind is Kind.FILL_OR_KILL:
            found, _ = live.book.available(
                is_buy=order.is_buy, amount=order.remaining, limit=order.price
            )
            return Ending.FILL_OR_KILL if found < order.remaining else None
        return None

    @staticmethod
    def _outcome(order: Order) -> Ending | None:
        if not order.remaining:
            return Ending.EXECUTED
        if order.kind is Kind.LIMIT:
            return None
        return Ending.IMMEDIATE if order.kind is Kind.IMMEDIATE else Ending.CANCELED

    def _rest(self, live: LiveMarket, order: Order) -> None:
        resting = Resting(order.id, order.is_buy, order.price, order.remaining, order)
        self._resting[order.id] = resting
        live.book.add(resting)

    def _execute(
        self, live: LiveMarket, taker: Order | None, is_buy: bool, amount: int, limit: int | None
    ) -> int:
        executions = live.book.take(is_buy=is_buy, amount=amount, limit=limit)
        taker_id = taker.id if taker else self.numbering.order()
        for execution in executions:
            match = Match(
                self.numbering.trade(), self.clock(), execution.resting.price, execution.amount
            )
            self._settle(match, taker, taker_id, execution)
            signed = match.amount if is_buy else -match.amount
            live.print(Trade(match.id, match.made_ms, signed, match.price))
        return sum(execution.amount for execution in executions)

    def _settle(
        self, match: Match, taker: Order | None, taker_id: int, execution: Execution
    ) -> None:
        maker = execution.resting.owner
        if taker is not None:
            self._settle_one(match, taker, execution.resting.id, is_maker=False)
        if maker is not None:
            self._settle_one(match, maker, taker_id, is_maker=True)
            if not maker.remaining:
                self._end(maker, Ending.EXECUTED)
        one_of_ours = taker or maker
        if one_of_ours is not None and (taker is None or maker is None):
            settle_house(match, one_of_ours, self.accounts[HOUSE])
            self._note(self.accounts[HOUSE])

    def _settle_one(self, match: Match, order: Order, opposite_id: int, *, is_maker: bool) -> None:
        account, fees = self.account(order.account), self.accounts[FEES]
        self.fills.append(settle(match, order, opposite_id, account, fees, is_maker=is_maker))
        self._changes.fills.append(self.fills[-1])
        self._changes.entries += account.take_entries()
        self._note(account, order)
        self._note(fees)

    def _end(self, order: Order, ending: Ending) -> None:
        hold(self.account(order.account), order, 0)
        order.end(ending, self.clock())
        self._resting.pop(order.id, None)
        self._note(self.account(order.account), order)

    def _note(self, account: Account, order: Order | None = None) -> None:
        self._changes.accounts[account.name] = account
        if order is not None:
            self._changes.orders[order.id] = order


def _refused(words: str) -> Refusal:
    return Refusal(GENERIC, f"Invalid order: {words}")


def _expected_price(live: LiveMarket, ticket: Ticket) -> int:
    best = live.book.side(is_buy=ticket.amount < 0).best()
    return cut_down(best if best is not None else live.day.last)
