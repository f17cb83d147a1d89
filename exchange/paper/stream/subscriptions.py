"""One socket's channels: what each of them sends at once, and what at every flush.

A subscription yields payloads: frames without the channel id in front and the counters behind.
Source: Bitfinex docs, "WebSocket Public Channels"; live probes of September 2026 for the pace.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from exchange.paper.numbers import dumps
from exchange.paper.stream.feeds import BooksFeed, TickerFeed, TradeFeed
from exchange.paper.stream.framing import BULK_UPDATES, CHECKSUM
from exchange.paper.stream.statuses import CandleFeed, DerivativeFeed, LiquidationFeed

_FASTEST_TICKER_MS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often the stream speaks and how much it bears, in milliseconds and counts.

    charged_ms is how long after a fill its fee is told. most_subscriptions counts the account's
    channel too.
    """

    heartbeat_ms: int = 15_000
    ticker_ms: int = 15_000
    checksum_ms: int = 2_500
    idle_ms: int = 60_000
    charged_ms: int = 1_000
    most_subscriptions: int = 30
    calculations_a_second: int = 8


class Subscription(Protocol):
    """A channel of one socket."""

    def snapshot(self) -> str:
        """Return the payload that follows the acknowledgement."""

    def news(self, now_ms: int, flags: int) -> Iterator[str]:
        """Yield what is due after a flush of the feeds. flags are those of the socket."""


class TickerSubscription:
    """Send the ticker now and then, and soon when the day's range moves."""

    def __init__(self, feed: TickerFeed, pace: Pace, now_ms: int) -> None:
        self._feed = feed
        self._pace = pace
        self._told_ms = now_ms
        self._told = ""
        self._has_moved = False

    def snapshot(self) -> str:
        """Return the ticker."""
        self._told = self._feed.snapshot()
        return self._told

    def news(self, now_ms: int, flags: int) -> Iterator[str]:
        """Yield the ticker when it is due and has changed."""
        self._has_moved = self._has_moved or self._feed.moved
        wait_ms = _FASTEST_TICKER_MS if self._has_moved else self._pace.ticker_ms
        if now_ms - self._told_ms < min(wait_ms, self._pace.ticker_ms):
            return
        told, self._told_ms, self._has_moved = self._told, now_ms, False
        if self.snapshot() != told:
            yield self._told


class TradeSubscription:
    """Send every trade twice: te when it happens, tu when it is booked."""

    def __init__(self, feed: TradeFeed) -> None:
        self._feed = feed
        self._known_id = 0

    def snapshot(self) -> str:
        """Return the newest trades."""
        payload, self._known_id = self._feed.snapshot()
        return payload

    def news(self, now_ms: int, flags: int) -> Iterator[str]:
        """Yield the new trades, older ones first."""
        feed = self._feed
        executed, updated = feed.codes
        for code, trades in ((updated, feed.updated), (executed, feed.executed)):
            for trade in trades:
                if trade.id > self._known_id:
                    yield f'"{code}",{dumps(feed.row(trade))}'


class BookSubscription:
    """Send level changes, and now and then a checksum of what the listener should hold."""

    def __init__(self, feed: BooksFeed, pace: Pace, now_ms: int) -> None:
        self._feed = feed
        self._pace = pace
        self._checksum_due_ms = now_ms + pace.checksum_ms
        self._unchecked = True

    def snapshot(self) -> str:
        """Return all levels."""
        return self._feed.snapshot()

    def news(self, now_ms: int, flags: int) -> Iterator[str]:
        """Yield what changed; a checksum only follows changes."""
        changes = self._feed.changes
        yield from _together(changes) if flags & BULK_UPDATES else changes
        self._unchecked = self._unchecked or bool(changes)
        if flags & CHECKSUM and self._unchecked and now_ms >= self._checksum_due_ms:
            self._checksum_due_ms = now_ms + self._pace.checksum_ms
            self._unchecked = False
            checksum = self._feed.checksum()
            if checksum is not None:
                yield f'"cs",{checksum}'


class KeyedSubscription:
    """Send on what a feed has that is asked for by a key."""

    def __init__(self, feed: CandleFeed | DerivativeFeed | LiquidationFeed) -> None:
        self._feed = feed

    def snapshot(self) -> str:
        """Return what there is to know at first."""
        return self._feed.snapshot()

    def news(self, now_ms: int, flags: int) -> Iterator[str]:
        """Yield what is new."""
        yield from self._feed.changes


def _together(changes: list[str]) -> Iterator[str]:
    if changes:
        yield f"[{','.join(changes)}]"
