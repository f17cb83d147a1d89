"""What can go wrong with a socket's frames, and the gate through which they all leave."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import NamedTuple

from exchange.paper.faults.hostile import made_hostile
from exchange.paper.faults.json_text import replaced
from exchange.paper.faults.planting import Fault, Faults, Place
from exchange.paper.network.messages import STREAM_PATH
from exchange.paper.numbers import dumps

EVENT = "event"

_CHANNEL_ID = re.compile(r"\[(\d+),")
_EVENT_NAME = re.compile(r'\{"event":"(\w+)"')
_CHECKSUM = re.compile(r'(\[\d+,"cs",)(-?\d+)')
_HEARTBEAT = '"hb"'
# Names of channels and events, pairs, symbols, wallets: without them no program sees the rest.
_PROTOCOL_WORDS = r"[a-z_-]+|[tf]?[A-Z0-9:]{3,20}|OK|F[01]|P[0-4]"


class Topic(NamedTuple):
    """What a channel is about: ("book", "tBTCUSD"), ("candles", "trade:1m:tBTCUSD")."""

    channel: str
    subject: str


ACCOUNT = Topic("account", "")


@dataclass(frozen=True, kw_only=True)
class StreamFault(Fault):
    """A fault of sockets. channel and subject are patterns.

    Answers to events (info, subscribed, conf…) are the channel "event", with the event's name
    as subject; they are only met by a fault that asks for them. The account is "account".
    """

    channel: str = "*"
    subject: str = "*"

    def meets(self, place: Place) -> bool:
        """Tell whether the fault is meant for a frame."""
        if place.channel == EVENT and self.channel != EVENT:
            return False
        return (
            super().meets(place)
            and fnmatchcase(place.channel, self.channel)
            and fnmatchcase(place.subject, self.subject)
        )


@dataclass(frozen=True, kw_only=True)
class MutedChannel(StreamFault):
    """A channel says nothing more, as if nothing happened; the others' numbering has no gap.

    Without heartbeats it still gives a sign of life and brings no news.
    """

    kind = "muted_channel"

    heartbeats: bool = True
    times: int | None = None

    def meets(self, place: Place) -> bool:
        """Tell whether the fault is meant for a frame."""
        return super().meets(place) and (self.heartbeats or place.text != _HEARTBEAT)


class FrameFault(StreamFault):
    """A fault that strikes a frame which already has its number."""

    def change(self, frame: str) -> list[str]:
        """Return the frames that leave instead."""
        raise NotImplementedError


class DroppedFrame(FrameFault):
    """A frame is lost, and its sequence number with it."""

    kind = "dropped_frame"

    def change(self, frame: str) -> list[str]:
        """Return nothing."""
        return []


class RepeatedFrame(FrameFault):
    """A frame comes twice, with the same sequence number."""

    kind = "repeated_frame"

    def change(self, frame: str) -> list[str]:
        """Return the frame twice."""
        return [frame, frame]


class ReorderedFrame(FrameFault):
    """A frame is overtaken by the one after it."""

    kind = "reordered_frame"

    def change(self, frame: str) -> list[str]:
        """Return the frame, which the gate then holds back."""
        return [frame]


class BadChecksum(FrameFault):
    """A book's checksum is wrong by one bit."""

    kind = "bad_checksum"

    def meets(self, place: Place) -> bool:
        """Tell whether the frame holds a checksum."""
        return super().meets(place) and _CHECKSUM.match(place.text) is not None

    def change(self, frame: str) -> list[str]:
        """Return the frame with another checksum."""
        return [_CHECKSUM.sub(lambda found: f"{found[1]}{int(found[2]) ^ 1}", frame)]


@dataclass(frozen=True)
class Announcement(FrameFault):
    """A socket is told about the server's state before a frame: 20051, 20060 or 20061."""

    kind = "announcement"

    code: int = 20051
    text: str = "Stopping. Please try to reconnect"

    def change(self, frame: str) -> list[str]:
        """Return the announcement and the frame."""
        return [dumps({"event": "info", "code": self.code, "msg": self.text}), frame]


@dataclass(frozen=True)
class ExtraFrame(FrameFault):
    """A text that nobody asked for comes before a frame: of any length, JSON or not."""

    kind = "extra_frame"

    text: str

    def change(self, frame: str) -> list[str]:
        """Return the text and the frame."""
        return [self.text, frame]


@dataclass(frozen=True)
class AlteredFrame(FrameFault):
    """A value in a frame is another: `json` is its raw text, `at` the way to it from outside.

    A frame that has no such place passes untouched and does not count.
    """

    kind = "altered_frame"

    at: tuple[int | str, ...]
    json: str

    def meets(self, place: Place) -> bool:
        """Tell whether the frame has the place to alter."""
        return super().meets(place) and self._altered(place.text) is not None

    def change(self, frame: str) -> list[str]:
        """Return the frame with the other value."""
        return [self._altered(frame) or frame]

    def _altered(self, frame: str) -> str | None:
        try:
            return replaced(frame, self.at, self.json)
        except (LookupError, ValueError):
            return None


@dataclass(frozen=True, kw_only=True)
class HostileFrame(FrameFault):
    """Every text in a frame carries a hostile one behind it, but those that `kept` matches."""

    kind = "hostile_frame"

    kept: str = _PROTOCOL_WORDS
    times: int | None = None

    def change(self, frame: str) -> list[str]:
        """Return the frame with hostile texts."""
        return [made_hostile(frame, self.kept)]


class FrameGate:
    """Let one socket's frames out, past the faults.

    topic_of tells what a channel id is about, None for a channel that is closed. key is to be set
    once the socket has authenticated.
    """

    def __init__(self, faults: Faults, topic_of: Callable[[int], Topic | None]) -> None:
        self._faults = faults
        self._topic_of = topic_of
        self._overtaken: list[str] = []
        self.key: str | None = None

    def silences(self, topic: Topic | None, payload: str) -> bool:
        """Tell whether a channel is muted; ask before the payload gets its sequence number."""
        if not self._faults:
            return False
        place = self._place(topic or Topic("", ""), payload)
        return bool(self._faults.strike(MutedChannel, place))

    def pass_on(self, frames: list[str]) -> list[str]:
        """Return the frames that really leave, in order."""
        if not self._faults and not self._overtaken:
            return frames
        return [text for frame in frames for text in self._fate(frame)]

    def _fate(self, frame: str) -> list[str]:
        struck = self._faults.strike(FrameFault, self._place(self._topic(frame), frame))
        texts = [frame]
        for planted in struck:
            texts = [*texts[:-1], *planted.fault.change(texts[-1])] if texts else []
        if any(isinstance(planted.fault, ReorderedFrame) for planted in struck):
            self._overtaken += texts
            return []
        late, self._overtaken = self._overtaken, []
        return texts + late

    def _topic(self, frame: str) -> Topic:
        if found := _CHANNEL_ID.match(frame):
            return self._topic_of(int(found[1])) or Topic("", "")
        event = _EVENT_NAME.match(frame)
        return Topic(EVENT, event[1] if event else "")

    def _place(self, topic: Topic, text: str) -> Place:
        return Place(
            key=self.key,
            path=STREAM_PATH,
            channel=topic.channel,
            subject=topic.subject,
            text=text,
        )
