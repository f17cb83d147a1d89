"""WebSocket v2 without a socket: text in, events out; no clock, no waiting, no logging.

One protocol serves one connection and ends with it.

    protocol = StreamProtocol()
    socket.send(protocol.subscribe(Channel.ticker("tBTCUSD")))
    for event in protocol.receive(socket.recv()): ...
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from exchange import wire
from exchange.errors import DecodeError
from exchange.models import BookLevel, PublicTrade, Ticker
from exchange.stream import events
from exchange.stream.book import Book
from exchange.stream.channels import Channel, Topic

# Flags of `conf`. Source: Bitfinex docs, WebSocket configuration.
TIMESTAMP = 32768
SEQ_ALL = 65536
OB_CHECKSUM = 131072

_SUBSCRIBED_TWICE = 10301
_NOTICES: dict[int, type[events.Restarting | events.MaintenanceStarted | events.Resumed]] = {
    20051: events.Restarting,
    20060: events.MaintenanceStarted,
    20061: events.Resumed,
}
# A trade comes twice within seconds; this many trades later nobody repeats it.
_REMEMBERED_TRADES = 512


class StreamProtocol:
    """Understand one connection's messages and write those to send.

    Remembers which channel has which number, the books, the sequence and the latest trades.
    """

    def __init__(self) -> None:
        self._feeds: dict[int, _Feed] = {}
        self._flags = 0
        self._sequence = 0

    # To send

    def configure(self, flags: int) -> str:
        """Ask for flags: a sequence on every frame, checksums of books."""
        return _text({"event": "conf", "flags": flags})

    def subscribe(self, channel: Channel) -> str:
        """Ask for a channel; Subscribed or SubscriptionRefused answers."""
        return _text({"event": "subscribe", **channel.wire()})

    def unsubscribe(self, channel: Channel) -> str | None:
        """End a channel; None where it is not (or not yet) subscribed to."""
        for channel_id, feed in self._feeds.items():
            if feed.channel == channel:
                return _text({"event": "unsubscribe", "chanId": channel_id})
        return None

    def ping(self, ping_id: int) -> str:
        """Ask for a sign of life; Pong answers."""
        return _text({"event": "ping", "cid": ping_id})

    # Received

    def receive(self, text: str | bytes) -> list[events.Event]:
        """Return what a message means, in order; often one event, sometimes several.

        Raises DecodeError for anything that is not of the documented form; what was known stays
        known, and the protocol may go on receiving.
        """
        message = wire.loads_raw(text)
        if isinstance(message, list):
            return self._receive_frame(message)
        if isinstance(message, dict):
            return [self._receive_event(message)]
        raise DecodeError(f"neither an event nor a frame: {text[:80]!r}")

    def _receive_event(self, message: dict[str, Any]) -> events.Event:
        match message.get("event"):
            case "info":
                return _info(message)
            case "conf":
                return self._configured(message)
            case "subscribed":
                return self._subscribed(_channel_id(message), message)
            case "unsubscribed":
                return self._unsubscribed(_channel_id(message))
            case "error":
                return self._refused(message)
            case "pong":
                return events.Pong(_optional_int(message.get("cid")))
            case str(name):
                return events.Ignored(f"event {name[:40]}")
        raise DecodeError(f"an event without a name: {str(message)[:80]}")

    def _configured(self, message: dict[str, Any]) -> events.Event:
        flags = _optional_int(message.get("flags"))
        if message.get("status") == "OK" and flags is not None:
            self._flags = flags
            return events.Configured(flags, is_accepted=True)
        return events.Configured(self._flags, is_accepted=False)

    def _subscribed(self, channel_id: int, message: dict[str, Any]) -> events.Event:
        channel = Channel.from_wire(message)
        if channel is None:
            return events.Ignored(f"subscribed to an unknown channel {channel_id}")
        self._feeds[channel_id] = _Feed(channel)
        return events.Subscribed(channel, channel_id)

    def _unsubscribed(self, channel_id: int) -> events.Event:
        feed = self._feeds.pop(channel_id, None)
        if feed is None:
            return events.Ignored(f"unsubscribed from an unknown channel {channel_id}")
        return events.Unsubscribed(feed.channel)

    def _refused(self, members: dict[str, Any]) -> events.Event:
        code, reason = _optional_int(members.get("code")), str(members.get("msg", ""))
        if code == _SUBSCRIBED_TWICE or members.get("chanId") is not None:
            # The first subscription stands, or an unsubscription came too late.
            return events.Ignored(f"{reason} ({code})")
        channel = Channel.from_wire(members)
        if channel is None:
            return events.ServerError(code, reason)
        return events.SubscriptionRefused(channel, code, reason)

    def _receive_frame(self, frame: list[Any]) -> list[events.Event]:
        frame, broken = self._audited(frame)
        if broken is not None:
            return [broken]
        channel_id = _optional_int(frame[0]) if len(frame) > 1 else None
        if channel_id is None:
            raise DecodeError(f"a frame without a channel: {str(frame)[:80]}")
        feed = self._feeds.get(channel_id)
        if feed is None:
            # Sent before our unsubscription reached the exchange.
            return [events.Ignored(f"a frame of unknown channel {channel_id}")]
        return feed.receive(frame[1:])

    def _audited(self, frame: list[Any]) -> tuple[list[Any], events.SequenceBroken | None]:
        """Take the time stamp and the sequence off a frame, and check the sequence."""
        if self._flags & TIMESTAMP:
            frame = frame[:-1]
        if not self._flags & SEQ_ALL:
            return frame, None
        found = frame[-1] if frame else None
        if type(found) is not int:
            raise DecodeError(f"a frame without its sequence: {str(frame)[:80]}")
        expected = self._sequence + 1
        if found != expected:
            return frame, events.SequenceBroken(expected, found)
        self._sequence = found
        return frame[:-1], None


class _Feed:
    """What one subscribed channel has said so far."""

    __slots__ = ("_has_snapshot", "_seen", "book", "channel")

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.book = Book()
        self._has_snapshot = False
        self._seen: OrderedDict[int, None] = OrderedDict()

    def receive(self, content: list[Any]) -> list[events.Event]:
        """content: a frame without its channel number, its sequence and its time stamp."""
        match content:
            case ["hb"]:
                return [events.Heartbeat(self.channel)]
            case [list(payload)]:
                return self._payload(payload)
            case ["te" | "tu", list(row)] if self.channel.topic is Topic.TRADES:
                return [self._trade(row)]
            case ["cs", int(expected)] if self.channel.topic is Topic.BOOK:
                return [self._checksum(expected)]
        raise DecodeError(f"a {self.channel.topic} frame: {str(content)[:80]}")

    def _payload(self, payload: list[Any]) -> list[events.Event]:
        match self.channel.topic:
            case Topic.TICKER:
                ticker = Ticker.from_wire(self.channel.symbol, payload)
                return [events.TickerUpdated(self.channel, ticker)]
            case Topic.TRADES:
                return [self._trades_snapshot(payload)]
        return self._book(payload)

    def _trades_snapshot(self, payload: list[Any]) -> events.Event:
        symbol = self.channel.symbol
        trades = tuple(PublicTrade.from_wire(symbol, row) for row in payload)
        for trade in reversed(trades):
            self._is_new(trade)
        return events.TradesSnapshot(self.channel, trades)

    def _trade(self, row: list[Any]) -> events.Event:
        trade = PublicTrade.from_wire(self.channel.symbol, row)
        if self._is_new(trade):
            return events.TradeExecuted(self.channel, trade)
        return events.Heartbeat(self.channel)

    def _is_new(self, trade: PublicTrade) -> bool:
        if trade.id in self._seen:
            return False
        self._seen[trade.id] = None
        if len(self._seen) > _REMEMBERED_TRADES:
            self._seen.popitem(last=False)
        return True

    def _book(self, payload: list[Any]) -> list[events.Event]:
        if payload and not isinstance(payload[0], list):
            return [self._level(payload)]
        levels = tuple(BookLevel.from_wire(row) for row in payload)
        if self._has_snapshot:
            # Several changes in one frame look like a snapshot; there is only one of those.
            return [self._updated(level) for level in levels]
        self._has_snapshot = True
        self.book.replace(levels)
        return [events.BookSnapshot(self.channel, levels, self.book)]

    def _level(self, row: list[Any]) -> events.Event:
        return self._updated(BookLevel.from_wire(row))

    def _updated(self, level: BookLevel) -> events.Event:
        self.book.update(level)
        return events.BookUpdated(self.channel, level, self.book)

    def _checksum(self, expected: int) -> events.Event:
        computed = self.book.checksum()
        if computed == expected:
            return events.ChecksumVerified(self.channel)
        return events.ChecksumFailed(self.channel, expected, computed)


def _text(message: dict[str, Any]) -> str:
    return wire.dumps(message).decode()


def _optional_int(value: Any) -> int | None:
    return value if type(value) is int else None


def _channel_id(message: dict[str, Any]) -> int:
    channel_id = _optional_int(message.get("chanId"))
    if channel_id is None:
        raise DecodeError(f"no channel number: {str(message)[:80]}")
    return channel_id


def _info(message: dict[str, Any]) -> events.Event:
    code = _optional_int(message.get("code"))
    if code is not None:
        return _NOTICES[code]() if code in _NOTICES else events.Ignored(f"info {code}")
    if message.get("version") != 2:
        raise DecodeError(f"a stream of another version: {str(message)[:80]}")
    server_id, platform = message.get("serverId"), message.get("platform")
    status = platform.get("status") if isinstance(platform, dict) else None
    return events.Connected(
        server_id if isinstance(server_id, str) else None, is_operative=status != 0
    )
