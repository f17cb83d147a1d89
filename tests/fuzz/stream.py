"""Any text from a socket gives events or the one decode error.

An input is a conversation, a message a line, on a socket that follows a channel of every kind.
"""

from __future__ import annotations

import json
import random
from contextlib import suppress
from pathlib import Path

from exchange.errors import DecodeError
from exchange.stream.channels import Channel
from exchange.stream.events import Event
from exchange.stream.protocol import StreamProtocol
from tests.fuzz import mutations

# By the numbers under which the seeds speak of them.
CHANNELS = (
    Channel.ticker("tBTCUSD"),
    Channel.trades("tBTCUSD"),
    Channel.book("tBTCUSD"),
    Channel.book("tBTCUSD", "R0"),
    Channel.candles("tBTCUSD"),
    Channel.derivative("tBTCF0:USTF0"),
    Channel.liquidations(),
    Channel.book("fUSD"),
    Channel.book("fUSD", "R0"),
    Channel.trades("fUSD"),
    Channel.ticker("fUSD"),
)
OPENING = [
    json.dumps({"event": "subscribed", "chanId": number, **channel.wire()})
    for number, channel in enumerate(CHANNELS, 1)
]
AUTHENTICATED = '{"event":"auth","status":"OK","chanId":0,"userId":5,"caps":{}}'
SEEDS = Path(__file__).with_name("stream_seeds.txt")


def check(data: bytes) -> list[Event]:
    """Hear a conversation. Returns all that it meant; raises what nobody expects."""
    protocol = StreamProtocol()
    heard: list[Event] = []
    for text in (*OPENING, AUTHENTICATED):
        protocol.receive(text)
    for line in data.splitlines():
        with suppress(DecodeError):
            heard += protocol.receive(line)
    for event in heard:
        if not isinstance(event, Event):
            raise TypeError(f"no event: {event!r}")
    return heard


def mutated(data: bytes, chance: random.Random) -> bytes | None:
    """The same conversation with another message, or None where the one chosen is no JSON."""
    lines = data.splitlines() or [b""]
    place = chance.randrange(len(lines))
    message = mutations.mutated(lines[place], chance)
    return None if message is None else b"\n".join([*lines[:place], message, *lines[place + 1 :]])


def seeds() -> list[bytes]:
    """Every recorded conversation, most of a single frame, and all of them as one."""
    conversations = SEEDS.read_bytes().split(b"\n\n")
    return [*conversations, b"\n".join(conversations)]
