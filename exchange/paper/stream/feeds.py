"""What the public channels have to say, worked out once for all sockets that listen.

A feed belongs to a market, not to a socket: a socket adds its channel id and its own sequence.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice, takewhile
from typing import Protocol, TypeVar, cast
from weakref import WeakValueDictionary

from exchange.paper.engine import Engine
from exchange.paper.market.showcase import Funding
from exchange.paper.market.trades import Trade
from exchange.paper.market_rows import funding_ticker_row, funding_trade_row
from exchange.paper.numbers import dumps
from exchange.paper.rows import ticker_row, trade_row
from exchange.paper.stream.books import (
    AnyBookFeed,
    BookFeed,
    FundingBookFeed,
    RawBookFeed,
    RawFundingFeed,
)
from exchange.paper.stream.statuses import CandleFeed, DerivativeFeed, LiquidationFeed
from exchange.paper.trading.desk import LiveMarket

_SNAPSHOT_TRADES = 30

BooksFeed = AnyBookFeed[int] | AnyBookFeed[tuple[int, int]]


class TradeFeed:
    """Follow one market's tape: a trade is told at once (te) and again a flush later (tu).

    codes are the names of both; those of loans begin with an f.
    """

    def __init__(self, live: LiveMarket) -> None:
        is_funding = isinstance(live.market, Funding)
        self.codes = ("fte", "ftu") if is_funding else ("te", "tu")
        self.row = funding_trade_row if is_funding else trade_row
        self._live = live
        self._last_id = live.tape[-1].id
        self.executed: list[Trade] = []
        self.updated: list[Trade] = []

    def flush(self, now_ms: int) -> None:
        """Move on to the trades made since the last flush."""
        newest_first = takewhile(lambda trade: trade.id > self._last_id, reversed(self._live.tape))
        self.updated, self.executed = self.executed, list(newest_first)
        self.executed.reverse()
        self._last_id = self._live.tape[-1].id

    def snapshot(self) -> tuple[str, int]:
        """Return the newest trades, newest first, and the last trade id a listener now knows."""
        known = (trade for trade in reversed(self._live.tape) if trade.id <= self._last_id)
        rows = [self.row(trade) for trade in islice(known, _SNAPSHOT_TRADES)]
        return dumps(rows), self._last_id


class TickerFeed:
    """Tell one market's day. `moved` is True in a flush that saw a new high or low."""

    def __init__(self, live: LiveMarket) -> None:
        self._live = live
        self._range = (live.day.high, live.day.low)
        self.moved = False

    def flush(self, now_ms: int) -> None:
        """See whether the day's range has moved."""
        day = self._live.day
        self.moved = (day.high, day.low) != self._range
        self._range = (day.high, day.low)

    def snapshot(self) -> str:
        """Return the day as it is now."""
        is_funding = isinstance(self._live.market, Funding)
        row = funding_ticker_row if is_funding else ticker_row
        return dumps(row(self._live, first_trade=False))


class Feed(Protocol):
    """What is worked out once for all who listen."""

    def flush(self, now_ms: int) -> None:
        """See what is new."""


_F = TypeVar("_F", bound=Feed)


class Feeds:
    """All feeds that anyone listens to; one that nobody holds any more is gone by itself."""

    def __init__(self) -> None:
        self._feeds: WeakValueDictionary[tuple[object, ...], Feed] = WeakValueDictionary()
        self.liquidations = LiquidationFeed()

    def book(self, live: LiveMarket, digits: int, length: int, period_ms: int) -> BooksFeed:
        """Return the feed of a book."""
        name = ("book", live.market.symbol, digits, length, period_ms)
        if isinstance(live.market, Funding):
            return self._shared(name, lambda: FundingBookFeed(live, digits, length, period_ms))
        return self._shared(name, lambda: BookFeed(live, digits, length, period_ms))

    def raw_book(self, live: LiveMarket, length: int, period_ms: int) -> BooksFeed:
        """Return the feed of a book, order by order."""
        name = ("raw book", live.market.symbol, length, period_ms)
        kind = RawFundingFeed if isinstance(live.market, Funding) else RawBookFeed
        return self._shared(name, lambda: kind(live, length, period_ms))

    def candles(self, live: LiveMarket, timeframe: str) -> CandleFeed:
        """Return the feed of a chart."""
        name = ("candles", live.market.symbol, timeframe)
        return self._shared(name, lambda: CandleFeed(live, timeframe))

    def derivative(self, engine: Engine, symbol: str) -> DerivativeFeed:
        """Return the feed of where a perpetual stands."""
        return self._shared(("status", symbol), lambda: DerivativeFeed(engine, symbol))

    def trades(self, live: LiveMarket) -> TradeFeed:
        """Return the feed of a tape."""
        return self._shared(("trades", live.market.symbol), lambda: TradeFeed(live))

    def ticker(self, live: LiveMarket) -> TickerFeed:
        """Return the feed of a ticker."""
        return self._shared(("ticker", live.market.symbol), lambda: TickerFeed(live))

    def flush(self, now_ms: int) -> None:
        """Let every feed see what is new. Listeners read their feed after this."""
        self.liquidations.flush(now_ms)
        for feed in list(self._feeds.values()):
            feed.flush(now_ms)

    def _shared(self, name: tuple[object, ...], open_feed: Callable[[], _F]) -> _F:
        feed = self._feeds.get(name)
        if feed is None:
            feed = self._feeds[name] = open_feed()
        return cast(_F, feed)
