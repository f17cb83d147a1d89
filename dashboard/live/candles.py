"""Candles: how they are written, and the relay's memory of those that still grow.

A live candle is the exchange's own, from its candles channel: made up of the trades a page
happens to see, it would differ from the one that is read later.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypedDict

from dashboard.figures import plain
from dashboard.live.quotes import FeedState, state_of
from exchange.models.markets import Candle, Timeframe
from exchange.stream import events
from exchange.stream.channels import Channel
from exchange.symbols import is_symbol

KIND = "candles"
TIMEFRAMES = frozenset(each.value for each in Timeframe)
# The one that grows, the one before it, which may be revised, and one to see that none is missing.
KEPT = 3


class CandlesValues(TypedDict):
    """The newest candles of a topic, oldest first, each as `written` writes it."""

    topic: str
    candles: list[str]
    at_ms: int
    age_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CandlesView:
    """The newest candles of a topic as a web process knows them."""

    topic: str
    candles: tuple[str, ...]
    at_ms: int
    age_at_arrival_ms: int
    arrived: float = field(default_factory=time.monotonic)

    def age_ms(self) -> int:
        return self.age_at_arrival_ms + round((time.monotonic() - self.arrived) * 1000)

    @property
    def state(self) -> FeedState:
        return state_of(self.age_ms(), is_streamed=True)


def written(candle: Candle) -> str:
    """Return "milliseconds open high low close volume", every digit as the exchange has it."""
    figures = (candle.open, candle.high, candle.low, candle.close, candle.volume)
    return " ".join([str(start_ms(candle)), *map(plain, figures)])


def start_ms(candle: Candle) -> int:
    return round(candle.time.timestamp() * 1000)


def split_candles(topic: str) -> tuple[str, str] | None:
    """Return timeframe and symbol of "candles:1h:tBTCUSD", None for every other topic."""
    kind, _, rest = topic.partition(":")
    timeframe, _, symbol = rest.partition(":")
    if kind != KIND or timeframe not in TIMEFRAMES or not is_symbol(symbol):
        return None
    return timeframe, symbol


def topic_named(timeframe: str, symbol: str) -> str:
    return f"{KIND}:{timeframe}:{symbol}"


def channels_of_candles(topics: Iterable[str]) -> set[Channel]:
    found = filter(None, map(split_candles, topics))
    return {Channel.candles(symbol, timeframe) for timeframe, symbol in found}


def topic_of(channel: Channel) -> str:
    """Return the topic that a candles channel feeds; its key is "trade:1h:tBTCUSD"."""
    return f"{KIND}:{(channel.key or '').partition(':')[2]}"


class CandleMemory:
    """Newest candles in, those of changed topics out. Pure, as the relay's whole memory is."""

    def __init__(self) -> None:
        self.held: dict[str, dict[int, Candle]] = {}
        self.heard_ms: dict[str, int] = {}

    def take(self, event: events.ChannelFrame, now_ms: int) -> str:
        """Take in a frame, heartbeats included; returns the topic that it speaks of."""
        topic = topic_of(event.channel)
        match event:
            case events.CandlesSnapshot(candles=candles):
                self.held[topic] = newest({start_ms(candle): candle for candle in candles})
            case events.CandleUpdated(candle=candle):
                held = self.held.get(topic, {})
                self.held[topic] = newest(held | {start_ms(candle): candle})
        self.heard_ms[topic] = now_ms
        return topic

    def drop(self, channel: Channel) -> None:
        topic = topic_of(channel)
        self.held.pop(topic, None)
        self.heard_ms.pop(topic, None)

    def values(self, topic: str, now_ms: int) -> CandlesValues:
        heard_ms = self.heard_ms[topic]
        return {
            "topic": topic,
            "candles": [written(candle) for candle in self.held[topic].values()],
            "at_ms": heard_ms,
            "age_ms": now_ms - heard_ms,
        }


def newest(candles: dict[int, Candle]) -> dict[int, Candle]:
    """Return the newest few, oldest first."""
    return {at: candles[at] for at in sorted(candles)[-KEPT:]}
