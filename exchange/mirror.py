"""A paper exchange that follows the real one: orders on paper, prices from the public stream.

`serve(beside=[Mirror(symbols)])`. Only best prices are taken over; depth and trades around them
are the paper exchange's own. A pair without a live price is empty until it has one again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from exchange.paper.market.markets import USD, catalogue
from exchange.stream import events
from exchange.stream.book import Book
from exchange.stream.channels import Channel
from exchange.stream.client import PUBLIC_URL, StreamClient
from exchange.stream.pacing import Timing

logger = logging.getLogger(__name__)

# Two sockets of 25 channels; the exchange bears them well, and all crosses follow.
_MIRRORED = 50


def mirrored_symbols() -> list[str]:
    """List the pairs worth following: the liveliest that the paper exchange has against USD."""
    dollars = (market for market in catalogue() if market.quote is USD)
    ordered = sorted(dollars, key=lambda market: market.day_turnover, reverse=True)
    return [market.symbol for market in ordered[:_MIRRORED]]


class Guide(Protocol):
    """What is led: a running paper exchange."""

    def knows(self, symbol: str) -> bool:
        """Tell whether a pair is listed."""

    def follow(self, symbol: str, bid: Decimal, ask: Decimal) -> None:
        """Let a pair have these best prices."""

    def lose(self, symbol: str) -> None:
        """Say that nobody knows a pair's price."""


class Mirror:
    """Lead the given pairs by another exchange's books.

    A pair that the other exchange does not know stays empty, and is named in the log.
    """

    def __init__(
        self, symbols: Iterable[str], url: str = PUBLIC_URL, timing: Timing | None = None
    ) -> None:
        self._symbols = tuple(symbols)
        self._url = url
        self._timing = timing

    async def __call__(self, guide: Guide) -> None:
        """Lead until cancelled."""
        symbols = [symbol for symbol in self._symbols if guide.knows(symbol)]
        for symbol in symbols:
            guide.lose(symbol)
        leader = _Leader(guide)
        client = StreamClient(self._url, on_event=leader.hear, timing=self._timing)
        client.want(Channel.book(symbol, length=1) for symbol in symbols)
        await client.run()


class _Leader:
    """Turn what the stream tells into best prices. told: those that were passed on last."""

    def __init__(self, guide: Guide) -> None:
        self._guide = guide
        self._told: dict[str, tuple[Decimal, Decimal]] = {}

    def hear(self, event: events.Event) -> None:
        match event:
            case events.BookSnapshot() | events.BookUpdated():
                self._pass_on(event.channel.symbol, event.book)
            case events.SubscriptionRefused(channel, _, reason):
                logger.warning("%s is not mirrored: %s", channel.symbol, reason)
            case events.ChannelSilent(channel) | events.ChecksumFailed(channel):
                self._lose([channel.symbol])
            case events.Disconnected(channels):
                self._lose([channel.symbol for channel in channels])
            case events.MaintenanceStarted():
                self._lose(list(self._told))

    def _pass_on(self, symbol: str, book: Book) -> None:
        bid, ask = book.best_bid, book.best_ask
        # Between two frames a level may be missing, or the old one still stand in the way.
        if bid is None or ask is None or bid.price >= ask.price:
            return
        prices = bid.price, ask.price
        if self._told.get(symbol) != prices:
            self._told[symbol] = prices
            self._guide.follow(symbol, *prices)

    def _lose(self, symbols: Iterable[str]) -> None:
        for symbol in symbols:
            if self._told.pop(symbol, None) is not None:
                self._guide.lose(symbol)
