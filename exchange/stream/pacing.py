"""When to wait, and for how long: back-off, the budget of new connections, silence. No I/O."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from exchange.stream.channels import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How patient a stream is, in seconds.

    A heartbeat is due every 15 s on every channel, a pause lasts two minutes at most, and 20 new
    connections a minute are allowed. Source: Bitfinex docs, WebSocket general and requirements.
    """

    silent_after: float = 18.0
    dropped_after: float = 20.0
    first_delay: float = 0.25
    longest_delay: float = 5.0
    longest_pause: float = 180.0
    settled_after: float = 1.0
    answered_after: float = 10.0
    connections: int = 20
    connection_window: float = 60.0
    tick: float = 0.5


class BackOff:
    """Delays between attempts: doubling up to a limit, each shortened by chance up to a half.

    Chance keeps many clients that lost one server from coming back in step.
    """

    def __init__(self, timing: Timing, random: Random) -> None:
        self._timing = timing
        self._random = random
        self._failures = 0

    def delay(self) -> float:
        """Return the next wait, longer than the one before."""
        full = self._timing.first_delay * 2.0 ** min(self._failures, 16)
        self._failures += 1
        return min(full, self._timing.longest_delay) * self._random.uniform(0.5, 1)

    def reset(self) -> None:
        """Start from the shortest delay: a connection has worked."""
        self._failures = 0


class Gate:
    """Keep within so many of something in any window of time: `count` in `seconds`."""

    def __init__(self, count: int, seconds: float) -> None:
        self._count = count
        self._seconds = seconds
        self._admitted: deque[float] = deque()

    def admit(self, now: float) -> float:
        """Count one more and return 0, or return how long to wait before asking again."""
        while self._admitted and self._admitted[0] <= now - self._seconds:
            self._admitted.popleft()
        if len(self._admitted) < self._count:
            self._admitted.append(now)
            return 0.0
        return self._admitted[0] + self._seconds - now


class Watch:
    """Know since when each channel of a socket has been silent."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._heard_at: dict[Channel, float] = {}
        self._reported: set[Channel] = set()

    def expect(self, channels: Iterable[Channel], now: float) -> None:
        """Start to watch channels just asked for; one already watched goes on as it is."""
        for channel in channels:
            self._heard_at.setdefault(channel, now)

    def heard(self, channels: Iterable[Channel], now: float) -> None:
        """Note that channels have spoken; those that are not watched do not matter."""
        for channel in channels:
            if channel in self._heard_at:
                self._heard_at[channel] = now
                self._reported.discard(channel)

    def forget(self, channel: Channel) -> None:
        """Stop to watch a channel from which nothing is due."""
        self._heard_at.pop(channel, None)
        self._reported.discard(channel)

    def newly_silent(self, now: float) -> list[tuple[Channel, float]]:
        """Return channels that have become silent since asked last, each with its seconds."""
        found = [
            (channel, now - heard_at)
            for channel, heard_at in self._heard_at.items()
            if now - heard_at >= self._timing.silent_after and channel not in self._reported
        ]
        self._reported.update(channel for channel, _ in found)
        return found

    def is_lost(self, now: float) -> bool:
        """Tell whether the socket is past saving: all channels silent, or one for too long."""
        silences = [now - heard_at for heard_at in self._heard_at.values()]
        return bool(silences) and (
            min(silences) >= self._timing.silent_after
            or max(silences) >= self._timing.dropped_after
        )
