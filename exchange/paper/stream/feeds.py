"""What the public channels have to say, worked out once for all sockets that listen.

A feed belongs to a market, not to a socket: a socket adds its channel id and its own sequence.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import TypeVar, cast
from weakref import WeakValueDictionary

from exchange.paper.market.history import Trade
from exchange.paper.numbers import dumps
from exchange.paper.rows import ticker_row, trade_row
from exchange.paper.stream.books import BookFeed, RawBookFeed
from exchange.paper.trading.desk import LiveMarket

_SNAPSHOT_TRADES = 30

_F = TypeVar("_F", BookFeed, RawBookFeed, "TradeFeed", "TickerFeed")


class TradeFeed:
    """Follow one market's tape: a trade is told at once (te) and again a flush later (tu)."""

    def __init__(self, live: LiveMarket) -> None:
        self._live = live
        self._last_id = live.tape[-1].id
        self.executed: list[Trade] = []
        self.updated: list[Trade] = []

    def flush(self, now_ms: int) -> None:
        """Move on to the trades made since the last flush."""
        self.updated, self.executed = self.executed, []
        for trade in reversed(self._live.tape):
            if trade.id <= self._last_id:
                break
            self.executed.append(trade)
        self.executed.reverse()
        self._last_id = self._live.tape[-1].id

    def snapshot(self) -> tuple[str, int]:
        """Return the newest trades, newest first, and the last trade id a listener now knows."""
        known = (trade for trade in reversed(self._live.tape) if trade.id <= self._last_id)
        rows = [trade_row(trade) for trade in islice(known, _SNAPSHOT_TRADES)]
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
        return dumps(ticker_row(self._live, first_trade=False))


Feed = BookFeed | RawBookFeed | TradeFeed | TickerFeed


class Feeds:
    """All feeds that anyone listens to; one that nobody holds any more is gone by itself."""

    def __init__(self) -> None:
        self._feeds: WeakValueDictionary[tuple[object, ...], Feed] = WeakValueDictionary()

    def book(self, live: LiveMarket, digits: int, length: int, period_ms: int) -> BookFeed:
        """Return the feed of a book."""
        name = ("book", live.market.symbol, digits, length, period_ms)
        return self._shared(name, lambda: BookFeed(live, digits, length, period_ms))

    def raw_book(self, live: LiveMarket, length: int, period_ms: int) -> RawBookFeed:
        """Return the feed of a book, order by order."""
        name = ("raw book", live.market.symbol, length, period_ms)
        return self._shared(name, lambda: RawBookFeed(live, length, period_ms))

    def trades(self, live: LiveMarket) -> TradeFeed:
        """Return the feed of a tape."""
        return self._shared(("trades", live.market.symbol), lambda: TradeFeed(live))

    def ticker(self, live: LiveMarket) -> TickerFeed:
        """Return the feed of a ticker."""
        return self._shared(("ticker", live.market.symbol), lambda: TickerFeed(live))

    def flush(self, now_ms: int) -> None:
        """Let every feed see what is new. Listeners read their feed after this."""
        for feed in list(self._feeds.values()):
            feed.flush(now_ms)

    def _shared(self, name: tuple[object, ...], open_feed: Callable[[], _F]) -> _F:
        feed = self._feeds.get(name)
        if feed is None:
            feed = self._feeds[name] = open_feed()
        return cast(_F, feed)
