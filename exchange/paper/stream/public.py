"""One socket's public channels: opening them, closing them, and what they bring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from exchange.paper import refusals
from exchange.paper.faults.frames import Topic
from exchange.paper.refusals import Refusal
from exchange.paper.stream.framing import HEARTBEAT
from exchange.paper.stream.hub import Stream
from exchange.paper.stream.requests import Message, Wanted, read_wanted
from exchange.paper.stream.subscriptions import Subscription


@dataclass(slots=True)
class Channel:
    """A subscription under its number. name is what makes it a duplicate of another one."""

    id: int
    name: tuple[str, ...]
    subscription: Subscription
    heartbeat_due_ms: int

    @property
    def topic(self) -> Topic:
        """What the channel is about."""
        return Topic(*self.name[:2])


class PublicChannels:
    """Hold a socket's public channels."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._channels: dict[int, Channel] = {}

    def __len__(self) -> int:
        return len(self._channels)

    def topic(self, channel_id: int) -> Topic | None:
        """Return what a channel is about, None for one that is closed."""
        channel = self._channels.get(channel_id)
        return channel.topic if channel else None

    def subscribe(self, message: Message, *, room: int) -> tuple[Message, Channel] | None:
        """Open a channel; return the acknowledgement and the channel. None: no answer at all.

        room is how many channels the socket may have. Raises Refusal.
        """
        wanted = read_wanted(self._stream.engine, message)
        if wanted is None:
            return None
        for channel in self._channels.values():
            if channel.name == wanted.name:
                message["chanId"] = channel.id
                raise Refusal(refusals.ALREADY_SUBSCRIBED, "subscribe: dup")
        if len(self._channels) >= room:
            raise Refusal(refusals.CHANNEL_LIMIT, "subscribe: limit")
        channel = self._open(wanted)
        told = {"event": "subscribed", "channel": wanted.channel, "chanId": channel.id}
        echo = {"subId": message["subId"]} if "subId" in message else {}
        return told | wanted.members | echo | wanted.names, channel

    def unsubscribe(self, message: Message) -> int:
        """Close a channel and return its number. Raises Refusal."""
        channel_id = message.get("chanId")
        if not isinstance(channel_id, int) or self._channels.pop(channel_id, None) is None:
            raise Refusal(refusals.NOT_SUBSCRIBED, "unsubscribe: invalid")
        return channel_id

    def news(self, flags: int) -> Iterator[tuple[int, str]]:
        """Yield (channel number, payload): what the feeds brought, and heartbeats that are due."""
        now_ms = self._stream.now_ms()
        for channel in self._channels.values():
            for payload in channel.subscription.news(now_ms, flags):
                yield channel.id, payload
            if now_ms >= channel.heartbeat_due_ms:
                channel.heartbeat_due_ms += self._stream.pace.heartbeat_ms
                yield channel.id, HEARTBEAT

    def _open(self, wanted: Wanted) -> Channel:
        now_ms, pace = self._stream.now_ms(), self._stream.pace
        channel = Channel(
            next(self._stream.channel_ids),
            wanted.name,
            wanted.open(self._stream.feeds, pace, now_ms),
            now_ms + pace.heartbeat_ms,
        )
        self._channels[channel.id] = channel
        return channel
