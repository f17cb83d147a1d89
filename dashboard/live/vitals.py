"""What the relay knows of itself: how old each channel is, and what went wrong since it leads."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.live.candles import topic_of
from dashboard.live.conflation import Conflation
from dashboard.live.events import ChannelAge
from dashboard.live.watching import EXACT, book_name
from exchange.stream import events
from exchange.stream.channels import Channel, Topic


@dataclass(slots=True)
class Vitals:
    """Counts since this relay took the lease. Pure."""

    failed_checksums: int = 0
    reconnects: int = 0
    dropped_flushes: int = 0

    def take(self, event: events.Event) -> None:
        if isinstance(event, events.ChecksumFailed):
            self.failed_checksums += 1
        elif isinstance(event, events.Disconnected):
            self.reconnects += 1


def ages_of(wanted: frozenset[Channel], memory: Conflation, now_ms: int) -> list[ChannelAge]:
    """Return each channel with how long ago it spoke, None where it has not spoken yet."""
    found = [(name_of(channel), heard_ms(channel, memory)) for channel in wanted]
    return [(name, None if ms is None else now_ms - ms) for name, ms in sorted(found)]


def name_of(channel: Channel) -> str:
    """Return "ticker:tBTCUSD", "book:tBTCUSD:P0" or "candles:1h:tBTCUSD"."""
    if channel.topic is Topic.CANDLES:
        return topic_of(channel)
    name = f"{channel.topic.value}:{channel.symbol}"
    return f"{name}:{channel.precision}" if channel.topic is Topic.BOOK else name


def heard_ms(channel: Channel, memory: Conflation) -> int | None:
    if channel.topic is Topic.CANDLES:
        return memory.candles.heard_ms.get(topic_of(channel))
    if channel.topic is Topic.BOOK and channel.precision != EXACT:
        return memory.shown_books.heard_ms.get(book_name(channel.symbol, channel.precision or ""))
    held = memory.held.get(channel.symbol)
    if held is None:
        return None
    return held.heard_ms.get(channel.topic, held.lost_ms.get(channel.topic))
