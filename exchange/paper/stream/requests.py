"""Subscriptions as clients ask for them: what is wanted, checked and completed.

Source: Bitfinex docs, "WebSocket Public Channels"; live probes of September 2026 for the refusals.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from exchange.paper import refusals
from exchange.paper.engine import Engine
from exchange.paper.market.candles import ALIASES, TIMEFRAMES
from exchange.paper.market.showcase import Funding
from exchange.paper.refusals import Refusal
from exchange.paper.rest.public.books import LENGTHS, PRECISIONS
from exchange.paper.rest.public.statuses import derivative_status
from exchange.paper.stream.feeds import Feeds
from exchange.paper.stream.subscriptions import (
    BookSubscription,
    KeyedSubscription,
    Pace,
    Subscription,
    TickerSubscription,
    TradeSubscription,
)
from exchange.paper.trading.desk import LiveMarket

RAW = "R0"

_PERIODS_MS = {"F0": 0, "F1": 2_000}
_LIQUIDATIONS = "liq:global"
# Loans of one period ("p30") or of several together ("a30:p2:p30") have candles of their own.
_CANDLE_KEY = re.compile(
    r"trade:(?P<timeframe>\w{2,3}):(?P<symbol>t[^:]+(?::[^:]+)?|f[^:]+)"
    r"(?::(?P<section>p\d{1,3}|a\d{1,3}:p\d{1,3}:p\d{1,3}))?",
    re.ASCII,
)

Message = dict[str, Any]
Open = Callable[[Feeds, Pace, int], Subscription]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A channel somebody may have. members and names are what its acknowledgement repeats.

    open starts it, given the feeds, the pace and the time.
    """

    channel: str
    members: dict[str, str]
    open: Open
    names: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> tuple[str, ...]:
        """What makes a channel the same as another."""
        return (self.channel, *self.members.values())


def read_wanted(engine: Engine, message: Message) -> Wanted | None:
    """Return what a subscribe event asks for; None is met with silence. Raises Refusal."""
    channel = message.get("channel")
    match channel:
        case "ticker" | "trades" | "book":
            return _of_market(channel, _market(engine, message.get("symbol")), message)
        case "candles":
            return _candles(engine, message.get("key"))
        case "status":
            return _status(engine, message.get("key"))
    raise impossible("channel: unknown")


def impossible(reason: str) -> Refusal:
    """Build the refusal of a channel that cannot be."""
    return Refusal(refusals.SUBSCRIPTION_FAILED, reason)


def _market(engine: Engine, symbol: Any) -> LiveMarket:
    # The stream, unlike REST, also takes a symbol without its prefix.
    live = None
    if isinstance(symbol, str):
        live = engine.find(symbol) or engine.find(f"t{symbol}")
    if live is None:
        raise impossible("symbol: invalid")
    live.day.roll(engine.clock())
    return live


def _of_market(channel: str, live: LiveMarket, message: Message) -> Wanted:
    members = {"symbol": live.market.symbol}
    is_funding = isinstance(live.market, Funding)
    names = {"currency" if is_funding else "pair": live.market.pair}
    match channel:
        case "ticker":
            return Wanted(
                channel,
                members,
                lambda feeds, pace, now_ms: TickerSubscription(feeds.ticker(live), pace, now_ms),
                names,
            )
        case "trades":
            return Wanted(
                channel,
                members,
                lambda feeds, pace, now_ms: TradeSubscription(feeds.trades(live)),
                names,
            )
    book = _book_members(message)
    return Wanted(channel, members | book, _book_opener(live, book), names)


def _candles(engine: Engine, key: Any) -> Wanted:
    found = _CANDLE_KEY.fullmatch(key) if isinstance(key, str) else None
    live = engine.find(found["symbol"]) if found else None
    if found is None or live is None:
        raise impossible("key: invalid")
    if isinstance(live.market, Funding) != bool(found["section"]):
        raise impossible("key: invalid")
    timeframe = ALIASES.get(found["timeframe"], found["timeframe"])
    if timeframe not in TIMEFRAMES:
        raise impossible("key: invalid")

    def opened(feeds: Feeds, pace: Pace, now_ms: int) -> Subscription:
        return KeyedSubscription(feeds.candles(live, timeframe))

    return Wanted("candles", {"key": found[0]}, opened)


def _status(engine: Engine, key: Any) -> Wanted | None:
    if not isinstance(key, str):
        return None
    kind, _, symbol = key.partition(":")
    if key != _LIQUIDATIONS and (kind != "deriv" or derivative_status(engine, symbol) is None):
        # Source: live probes of September 2026; nothing at all is said to an unknown key.
        return None

    def opened(feeds: Feeds, pace: Pace, now_ms: int) -> Subscription:
        if key == _LIQUIDATIONS:
            return KeyedSubscription(feeds.liquidations)
        return KeyedSubscription(feeds.derivative(engine, symbol))

    return Wanted("status", {"key": key}, opened)


def _book_opener(live: LiveMarket, book: dict[str, str]) -> Open:
    length, period_ms = int(book["len"]), _PERIODS_MS[book["freq"]]

    def opened(feeds: Feeds, pace: Pace, now_ms: int) -> Subscription:
        if book["prec"] == RAW:
            return BookSubscription(feeds.raw_book(live, length, period_ms), pace, now_ms)
        digits = PRECISIONS[book["prec"]]
        return BookSubscription(feeds.book(live, digits, length, period_ms), pace, now_ms)

    return opened


def _book_members(message: Message) -> dict[str, str]:
    precision, pace = message.get("prec", "P0"), message.get("freq", "F0")
    length = message.get("len", "25")
    if precision not in (*PRECISIONS, RAW):
        raise impossible("precision: invalid")
    if pace not in tuple(_PERIODS_MS):
        raise impossible("frequency: invalid")
    if str(length) not in map(str, LENGTHS):
        raise impossible("length: invalid")
    return {"prec": precision, "freq": pace, "len": str(length)}
