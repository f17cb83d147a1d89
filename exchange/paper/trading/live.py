"""A market while it is open, and the numbers given out on all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from exchange.paper.market.chart import Chart
from exchange.paper.market.daystats import DayStatistics
from exchange.paper.market.history import History
from exchange.paper.market.markets import Market
from exchange.paper.market.tape import Tape
from exchange.paper.market.trades import Trade
from exchange.paper.trading.book import Book


class LiveMarket:
    """Everything that moves on one market. Each part opens when it is first looked at.

    open_book fills the book of the market; what it puts there does not depend on when.
    """

    def __init__(
        self,
        market: Market,
        history: History,
        clock: Callable[[], int],
        open_book: Callable[[LiveMarket], Book],
    ) -> None:
        self.market = market
        self._history = history
        self._clock = clock
        self._open_book = open_book

    @cached_property
    def book(self) -> Book:
        """Its order book."""
        return self._open_book(self)

    @cached_property
    def chart(self) -> Chart:
        """Its past."""
        return self._history.chart(self.market)

    @cached_property
    def tape(self) -> Tape:
        """Its trades."""
        return Tape(self.chart, next(self.chart.trades()))

    @cached_property
    def day(self) -> DayStatistics:
        """Its last 24 hours."""
        return DayStatistics(self.chart, self.tape.newest.price, self._clock())

    def print(self, trade: Trade) -> None:
        """Put a trade on the tape and count it into the day and the chart."""
        # The day first: if it opens now, it must not know the trade yet.
        self.day.record(trade.price, abs(trade.amount), trade.made_ms)
        self.tape.append(trade)
        self.chart.add(trade)

    @property
    def middle(self) -> int:
        """The price between best bid and best ask, or the last one where a side is empty."""
        bid, ask = self.book.bids.best(), self.book.asks.best()
        return self.day.last if bid is None or ask is None else (bid + ask) // 2


@dataclass(slots=True)
class Numbering:
    """Last numbers given out. People and bots share both sequences."""

    order_id: int = 186_000_000_000
    trade_id: int = 1_740_000_000

    def order(self) -> int:
        """Number an order, or a place in line."""
        self.order_id += 1
        return self.order_id

    def trade(self) -> int:
        """Number a trade."""
        self.trade_id += 1
        return self.trade_id
