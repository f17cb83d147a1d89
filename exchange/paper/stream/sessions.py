"""The conversation on one socket of the stream, without the socket.

`receive` takes what the client says, `flush` looks at the feeds; both leave frames in `outgoing`.
Source: Bitfinex docs, "WebSocket General"; live probes of September 2026.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NoReturn

from exchange.paper import refusals
from exchange.paper.engine import Engine
from exchange.paper.faults.frames import FrameGate, Topic
from exchange.paper.faults.planting import Faults
from exchange.paper.numbers import Number, dumps
from exchange.paper.refusals import Refusal
from exchange.paper.rest.public_v2 import LENGTHS, PRECISIONS
from exchange.paper.stream.feeds import Feeds
from exchange.paper.stream.subscriptions import (
    BookSubscription,
    Channel,
    Pace,
    Subscription,
    TickerSubscription,
    TradeSubscription,
)
from exchange.paper.trading.desk import Changes, LiveMarket

TIMESTAMP = 32_768
SEQUENCE = 65_536
CHECKSUM = 131_072

_PERIODS_MS = {"F0": 0, "F1": 2_000}
_LARGEST_FLAGS = 2**31 - 1

Message = dict[str, Any]


@dataclass(slots=True)
class Stream:
    """What all sockets share. now_ms is a clock that only runs forward, for what is due when.

    While muted, everything any session says is lost.
    """

    engine: Engine
    now_ms: Callable[[], int]
    pace: Pace = field(default_factory=Pace)
    feeds: Feeds = field(default_factory=Feeds)
    server_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    channel_ids: Iterator[int] = field(default_factory=lambda: count(100_003, 7))
    is_muted: bool = False
    faults: Faults = field(default_factory=Faults)
    observers: list[Callable[[Changes], None]] = field(default_factory=list)

    def publish(self, changes: Changes) -> None:
        """Tell those who listen what became of accounts; it has been saved already."""
        for observer in self.observers:
            observer(changes)


class Session:
    """Talk to one client."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._flags = 0
        self._sequence = 0
        self._heard_ms = stream.now_ms()
        self._channels: dict[int, Channel] = {}
        self._gate = FrameGate(stream.faults, self._topic)
        self.outgoing: list[str] = []
        self._say(
            {
                "event": "info",
                "version": 2,
                "serverId": stream.server_id,
                "platform": {"status": 1},
            }
        )

    @property
    def is_idle(self) -> bool:
        """True when the client has asked for nothing and said nothing for too long."""
        silent_ms = self._stream.now_ms() - self._heard_ms
        return not self._channels and silent_ms >= self._stream.pace.idle_ms

    def heard(self) -> None:
        """Note that the client gave a sign of life."""
        self._heard_ms = self._stream.now_ms()

    def announce(self, code: int, text: str) -> None:
        """Tell the client about the server's state (20051, 20060, 20061)."""
        self._say({"event": "info", "code": code, "msg": text})

    def take_outgoing(self) -> list[str]:
        """Return the frames to send now, in order."""
        taken, self.outgoing = self.outgoing, []
        return [] if self._stream.is_muted else self._gate.pass_on(taken)

    def receive(self, text: str) -> None:
        """Answer one message. What is no JSON is passed over in silence."""
        try:
            message = json.loads(text, parse_float=Number, parse_constant=_reject)
            self._answer(message)
        except (ValueError, RecursionError):
            return

    def flush(self) -> None:
        """Say what the feeds have brought since the last flush, and the heartbeats that are due."""
        now_ms = self._stream.now_ms()
        checksums = bool(self._flags & CHECKSUM)
        for channel in self._channels.values():
            for payload in channel.subscription.news(now_ms, checksums=checksums):
                self._send(channel.id, payload)
            if now_ms >= channel.heartbeat_due_ms:
                channel.heartbeat_due_ms += self._stream.pace.heartbeat_ms
                self._send(channel.id, '"hb"')

    def _answer(self, message: Any) -> None:
        if isinstance(message, list):
            self._refuse({}, Refusal(refusals.AUTHENTICATION, "auth: invalid"))
        if not isinstance(message, dict):
            return
        try:
            match message.get("event"):
                case "ping":
                    self._ping(message)
                case "conf":
                    self._configure(message)
                case "subscribe":
                    self._subscribe(message)
                case "unsubscribe":
                    self._unsubscribe(message)
                case event:
                    raise Refusal(refusals.UNKNOWN_EVENT, f"event: invalid ({event})")
        except Refusal as refusal:
            self._refuse(message, refusal)

    def _ping(self, message: Message) -> None:
        echo = {"cid": message["cid"]} if "cid" in message else {}
        self._say({"event": "pong", "ts": self._stream.engine.clock()} | echo)

    def _configure(self, message: Message) -> None:
        flags = message.get("flags", 0)
        if type(flags) is not int or not 0 <= flags <= _LARGEST_FLAGS:
            raise Refusal(refusals.CONF_FAILED, "flags: invalid")
        self._flags = flags
        self._say({"event": "conf", "status": "OK", "flags": flags})

    def _subscribe(self, message: Message) -> None:
        live, asked = self._read(message)
        name = tuple(asked.values())
        for channel in self._channels.values():
            if channel.name == name:
                message["chanId"] = channel.id
                raise Refusal(refusals.ALREADY_SUBSCRIBED, "subscribe: dup")
        if len(self._channels) >= self._stream.pace.most_subscriptions:
            raise Refusal(refusals.CHANNEL_LIMIT, "subscribe: limit")
        self._open(message, live, asked)

    def _read(self, message: Message) -> tuple[LiveMarket, Message]:
        channel, symbol = message.get("channel"), message.get("symbol")
        if channel not in ("ticker", "trades", "book"):
            raise _impossible("channel: unknown")
        markets = self._stream.engine.markets
        # The stream, unlike REST, also takes a symbol without its prefix.
        names = (symbol, f"t{symbol}") if isinstance(symbol, str) else ()
        live = next((markets[name] for name in names if name in markets), None)
        if live is None:
            raise _impossible("symbol: invalid")
        asked = {"channel": channel, "symbol": live.market.symbol}
        return live, asked | (_book_members(message) if channel == "book" else {})

    def _open(self, message: Message, live: LiveMarket, asked: Message) -> None:
        now_ms = self._stream.now_ms()
        channel = Channel(
            next(self._stream.channel_ids),
            tuple(asked.values()),
            self._subscription(live, asked, now_ms),
            now_ms + self._stream.pace.heartbeat_ms,
        )
        self._channels[channel.id] = channel
        told = {"event": "subscribed", "channel": asked["channel"], "chanId": channel.id}
        echo = {"subId": message["subId"]} if "subId" in message else {}
        self._say(told | asked | echo | {"pair": live.market.pair})
        self._send(channel.id, channel.subscription.snapshot())

    def _subscription(self, live: LiveMarket, asked: Message, now_ms: int) -> Subscription:
        feeds, pace = self._stream.feeds, self._stream.pace
        match asked["channel"]:
            case "ticker":
                return TickerSubscription(feeds.ticker(live), pace, now_ms)
            case "trades":
                return TradeSubscription(feeds.trades(live))
        digits, period_ms = PRECISIONS[asked["prec"]], _PERIODS_MS[asked["freq"]]
        return BookSubscription(
            feeds.book(live, digits, int(asked["len"]), period_ms), pace, now_ms
        )

    def _unsubscribe(self, message: Message) -> None:
        channel_id = message.get("chanId")
        if not isinstance(channel_id, int) or self._channels.pop(channel_id, None) is None:
            raise Refusal(refusals.NOT_SUBSCRIBED, "unsubscribe: invalid")
        self._say({"event": "unsubscribed", "status": "OK", "chanId": channel_id})

    def _refuse(self, message: Message, refusal: Refusal) -> None:
        symbol = message.get("symbol")
        pair = {"pair": symbol.removeprefix("t")} if isinstance(symbol, str) else {}
        told = {"event": "error", "msg": refusal.reason, "code": refusal.code}
        self._say(message | told | pair)

    def _say(self, members: Message) -> None:
        self.outgoing.append(dumps(members))

    def _topic(self, channel_id: int) -> Topic | None:
        channel = self._channels.get(channel_id)
        return Topic(*channel.name[:2]) if channel else None

    def _send(self, channel_id: int, payload: str) -> None:
        if self._gate.silences(self._topic(channel_id), payload):
            return
        tail = ""
        if self._flags & SEQUENCE:
            self._sequence += 1
            tail = f",{self._sequence}"
        if self._flags & TIMESTAMP:
            tail += f",{self._stream.engine.clock()}"
        self.outgoing.append(f"[{channel_id},{payload}{tail}]")


def _book_members(message: Message) -> Message:
    precision, pace = message.get("prec", "P0"), message.get("freq", "F0")
    length = message.get("len", "25")
    if precision not in tuple(PRECISIONS):
        raise _impossible("precision: invalid")
    if pace not in tuple(_PERIODS_MS):
        raise _impossible("frequency: invalid")
    if str(length) not in map(str, LENGTHS):
        raise _impossible("length: invalid")
    return {"prec": precision, "freq": pace, "len": str(length)}


def _impossible(reason: str) -> Refusal:
    return Refusal(refusals.SUBSCRIPTION_FAILED, reason)


def _reject(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
