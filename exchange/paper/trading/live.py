"""A market while it is open, and the numbers given out on all of them."""

from __future__ import annotations

from dataclasses import dataclass

from exchange.paper.market.chart import Chart
from exchange.paper.market.daystats import DayStatistics
from exchange.paper.market.markets import Market
from exchange.paper.market.tape import Tape
from exchange.paper.market.trades import Trade
from exchange.paper.trading.book import Book


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
