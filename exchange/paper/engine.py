"""The exchange itself, without a network: markets that live, accounts, orders, matching.

Deterministic: with the same seed, clock and calls between the same steps, every run is the same.
Nothing here may iterate over a set or ask the real clock.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any

from exchange.paper.account.office import Office
from exchange.paper.ledger import Ledger
from exchange.paper.market.history import History, Recorded
from exchange.paper.market.makers import DEPTH, Maker
from exchange.paper.market.markets import CURRENCIES, Market, catalogue
from exchange.paper.market.prices import PriceProcess
from exchange.paper.market.showcase import RATES, showcase
from exchange.paper.trading.accounts import FEES, HOUSE, LENDERS, Account, Entry, bottomless_account
from exchange.paper.trading.amending import Change
from exchange.paper.trading.book import Book
from exchange.paper.trading.desk import Desk, LiveMarket, Numbering
from exchange.paper.trading.margin.positions import Position
from exchange.paper.trading.orders import Fill, Order, Ticket

# So many numbers are set aside for the quotes that a market opens with.
_FIRST_QUOTES = 4 * DEPTH


@dataclass(slots=True)
class Past:
    """What an earlier run left behind. starts counts the runs so far."""

    starts: int = 0
    values: dict[str, float] = field(default_factory=dict)
    numbering: Numbering = field(default_factory=Numbering)
    accounts: list[Account] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    affairs: dict[str, dict[str, Any]] = field(default_factory=dict)
    recorded: Recorded = field(default_factory=Recorded)


class Engine:
    """Run all markets and the order desk. clock gives epoch milliseconds."""

    def __init__(
        self,
        *,
        seed: int,
        clock: Callable[[], int],
        past: Past | None = None,
        listed: Sequence[Market] | None = None,
    ) -> None:
        past = past or Past()
        self.clock = clock
        self.ledger = Ledger()
        self.starts = past.starts
        # A run that goes on must not roll the same dice again.
        self._seed = f"{seed}/{past.starts}"
        self._steps = 0
        self.is_operative = True
        self._turns: list[tuple[float, int]] = []
        valued = (*CURRENCIES, *RATES.values())
        self.prices = PriceProcess(valued, self._dice("prices"), past.values)
        # Stays where it is: what markets are worth while they open, whenever that may be.
        self._first_prices = PriceProcess(valued, self._dice("prices"), past.values)
        self._opened: dict[str, LiveMarket] = {}
        self.desk = _desk(clock, past, self._opened)
        self.history = self._told(seed, past)
        self.office = Office(self.desk, clock, past.affairs)
        self.markets: dict[str, LiveMarket] = {}
        # Perpetuals and funding: anyone may look, nobody may trade.
        self.showcase: dict[str, LiveMarket] = {}
        self._makers: dict[int, Maker] = {}
        self._places: dict[str, int] = {}
        self._listed: list[LiveMarket] = []
        self._delisted: dict[str, LiveMarket] = {}
        self._open_markets(self.markets, catalogue() if listed is None else listed)
        self._open_markets(self.showcase, showcase() if listed is None else ())
        self._first_order_id = self.desk.numbering.order_id
        self.desk.numbering.order_id += _FIRST_QUOTES * len(self._listed)
        self.desk.restore(past)
        # What people have waiting may have been passed by the price since it was saved.
        for live in [self._listed[place] for place in self._makers]:
            self._quote(live)

    def step(self) -> None:
        """Advance by a tenth of a second: values move, and the bots whose turn it is act."""
        self._steps += 1
        self.prices.step()
        while self._turns[0][0] <= self._steps:
            _, place = heapq.heappop(self._turns)
            maker = self._maker(self._listed[place])
            maker.act(*self._opinion(maker.market))
            heapq.heappush(self._turns, (self._steps + maker.rest(), place))
        self.desk.tick()

    def place(self, account: str, ticket: Ticket) -> Order:
        """Accept an order for an account. Raises Refusal."""
        return self.submit(account, ticket)[0]

    def submit(self, account: str, ticket: Ticket) -> list[Order]:
        """Accept an order for an account, or the two of an OCO pair. Raises Refusal."""
        orders = self.desk.submit(account, ticket)
        for order in orders:
            self.ledger.record_order(order)
        return orders

    def amend(self, order: Order, change: Change) -> Order:
        """Change an open order; return a copy of it as changed. Raises Refusal."""
        changed = self.desk.amend(order, change)
        self.ledger.record_amend(changed, self.clock())
        return changed

    def cancel(self, order: Order) -> None:
        """Cancel an open order."""
        self.desk.cancel(order)
        self.ledger.record_cancel(order, self.clock())

    def delist(self, symbol: str) -> None:
        """Take a market off the lists and cancel the orders that wait there. Raises KeyError."""
        live = self.markets[symbol]
        for account in list(self.desk.accounts):
            for order in self.desk.open_orders(account):
                if order.is_open and order.market.symbol == symbol:
                    self.cancel(order)
        del self.markets[symbol]
        self._delisted[symbol] = live

    def relist(self, symbol: str) -> None:
        """Put a market back in its old place. Raises KeyError for one that was not taken off."""
        self.markets[symbol] = self._delisted.pop(symbol)
        ordered = sorted(self.markets.items(), key=lambda item: self._places[item[0]])
        self.markets.clear()
        self.markets.update(ordered)

    def move_price(self, symbol: str, price: int) -> None:
        """Make `price` (units) the fair price of a market; every order it passes is filled.

        The base currency's other markets follow, so that crosses still agree.
        """
        moved = self.markets[symbol].market
        self.prices.move(moved, price)
        for live in self._all_live():
            if live.market.base is moved.base or live.market.quote is moved.base:
                self._quote(live)

    def follow(self, symbol: str, bid: int, ask: int) -> None:
        """Let the bots of a pair quote at these best prices, and its value stay between them.

        Orders that the prices have reached are filled; crosses follow at their bots' next turns.
        """
        live = self.markets[symbol]
        self.prices.move(live.market, (bid + ask) // 2)
        self.prices.hold(live.market, is_held=True)
        self._maker(live).stand_at(bid, ask)
        self._quote(live)

    def lose(self, symbol: str) -> None:
        """Empty a pair's book of the bots' quotes until it is followed again."""
        live = self.markets[symbol]
        self.prices.hold(live.market, is_held=True)
        self._maker(live).leave()

    def bots_trade(self, symbol: str, *, is_buy: bool, amount: int, limit: int | None) -> int:
        """Let a bot take up to `amount` units; returns how much it got."""
        live = self.markets[symbol]
        return self.desk.bots_take(live, is_buy=is_buy, amount=amount, limit=limit)

    def _dice(self, name: str) -> random.Random:
        # A text seed means the same in every process, which hash() does not.
        return random.Random(f"{self._seed}/{name}")  # noqa: S311 - for bots, not for secrets

    def find(self, symbol: str) -> LiveMarket | None:
        """Return the market of a wire symbol that anyone may look at, None for an unknown one."""
        return self.markets.get(symbol) or self.showcase.get(symbol)

    def _all_live(self) -> Iterator[LiveMarket]:
        return chain(self.markets.values(), self.showcase.values())

    def _open_markets(self, live_markets: dict[str, LiveMarket], listed: Sequence[Market]) -> None:
        for place, market in enumerate(listed, len(self._listed)):
            live = LiveMarket(market, self.history, self.clock, self._open_book)
            live_markets[market.symbol] = self._opened[market.symbol] = live
            self._listed.append(live)
            self._places[market.symbol] = place
            first = self._dice(f"{market.symbol}/first").uniform(0, market.steps_between_actions)
            heapq.heappush(self._turns, (first, place))

    def _told(self, seed: int, past: Past) -> History:
        numbering, now_ms = self.desk.numbering, self.clock()
        # The past stays what it was, however often there is a new start.
        name, values = f"{seed}/history", self.prices.values()
        history = History(name, now_ms, values, numbering.trade_id, past.recorded)
        numbering.trade_id = history.last_id
        return history

    def _open_book(self, live: LiveMarket) -> Book:
        """Let the bots quote for the first time, under numbers that were set aside for it."""

        def take(is_buy: bool, amount: int, limit: int) -> int:
            return self.desk.bots_take(live, is_buy=is_buy, amount=amount, limit=limit)

        market, book, place = live.market, Book(), self._places[live.market.symbol]
        maker = Maker(market, book, self._dice(market.symbol), take)
        first_id = self._first_order_id + 1 + place * _FIRST_QUOTES
        maker.number_by(count(first_id).__next__)
        prices = self._first_prices
        maker.quote(prices.fair(market), prices.value(market.counted_in))
        maker.number_by(self.desk.numbering.order)
        self._makers[place] = maker
        return book

    def _opinion(self, market: Market) -> tuple[int, float]:
        return self.prices.fair(market), self.prices.value(market.counted_in)

    def _quote(self, live: LiveMarket) -> None:
        self._maker(live).quote(*self._opinion(live.market))

    def _maker(self, live: LiveMarket) -> Maker:
        live.book  # noqa: B018 - the maker comes with it
        return self._makers[self._places[live.market.symbol]]


def _desk(clock: Callable[[], int], past: Past, markets: dict[str, LiveMarket]) -> Desk:
    desk = Desk(clock, past.numbering, markets)
    codes = [currency.code for currency in CURRENCIES]
    for account in (
        *past.accounts,
        bottomless_account(HOUSE, codes),
        bottomless_account(LENDERS, codes),
        Account(FEES),
    ):
        desk.accounts.setdefault(account.name, account)
    return desk
