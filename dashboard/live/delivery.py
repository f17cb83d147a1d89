"""From fragments to browsers: each gets what it looks at, and a slow one gets the newest, later.

What a browser could not take is not kept: only which topics it is owed, and when it has read what
it has, it is shown them as they are by then. One that takes nothing for long is cut off; it comes
back by itself, and starts anew.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from dashboard.live import fragments
from dashboard.live.audience import Audience, Door, each
from dashboard.live.wire import Packet

STALLED_SECONDS = 15.0  # in which a slow browser has to take something
BEHIND_SECONDS = 60.0  # in which it has to catch up
SETTLE_SECONDS = 0.03  # how often those that are behind are looked at
LARGEST_TEXT = 48 * 1024  # of a message: Daphne sends none above the size it accepts, 64 KiB
DRAWN_SECONDS = 0.1  # how long a topic may be shown as it was drawn, age and all
MOST_DRAWN = 1_000
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Debt:
    """What a browser has yet to be told, and how it gets on with what it has."""

    since: float
    moved: float
    topics: int = 0
    words: dict[str, bytes] = field(default_factory=dict)  # messages, the newest of each kind
    waiting: int = 0


class Delivery:
    """Writes to every page of an audience. `draw` gives all that is known of a topic."""

    def __init__(
        self, audience: Audience, draw: Callable[[str], str], feed: Callable[[], str]
    ) -> None:
        self.audience = audience
        self.draw = draw
        self.feed = feed
        self.debts: dict[Door, Debt] = {}
        self.drawn: dict[str, tuple[float, bytes]] = {}
        self.timer: asyncio.TimerHandle | None = None
        self.cut_off = 0  # browsers, since the start of the process

    # --- to many ---

    def write_changes(self, changes: dict[str, str], beacon: str) -> None:
        """Write each page those of the changes that it looks at, joined once for all alike."""
        of_topic = self.audience.bits.of_topic
        parts = {
            of_topic[topic]: text.encode() for topic, text in changes.items() if topic in of_topic
        }
        for topic in changes:
            self.drawn.pop(topic, None)
        changed = sum(parts)
        tail = [beacon.encode()] if beacon else []
        packets: dict[int, Packet] = {}
        lost: list[Door] = []
        for watched, doors in self.audience.groups.items():
            heard = watched & changed
            if not heard and not tail:
                continue
            packet = packets.get(heard)
            if packet is None:
                packet = packets[heard] = Packet(messages(chosen(parts, heard) + tail))
            self.write_all(doors, packet, heard, lost)
        for door in lost:
            self.audience.leave(door)
            self.debts.pop(door, None)

    def write_all(
        self, doors: Iterable[Door], packet: Packet, heard: int, lost: list[Door]
    ) -> None:
        for door in doors:
            try:
                is_taken = door.wire.put(packet)
            except Exception:  # whatever the server raises, only this page is lost
                logger.exception("a page could not be written to")
                lost.append(door)
                continue
            if not is_taken:
                self.owe(door, heard)

    # --- to one ---

    def greet(self, door: Door) -> None:
        """Write a page's first message, which may have to wait for the handshake to leave."""
        door.wire.queue(Packet(messages([self.feed().encode()])))

    def tell(self, door: Door, kind: str, word: str) -> None:
        """Write a short message; of each kind a slow page is told the newest."""
        if door in self.debts:
            self.debts[door].words[kind] = word.encode()
        else:
            door.wire.queue(Packet([word.encode()]))

    def show(self, door: Door, topics: int) -> None:
        """Show a page all that is known of some topics, if anything is."""
        now = time.monotonic()
        if any(self.newest(self.audience.bits.topics[bit], now) for bit in each(topics)):
            self.owe(door, topics)
            self.settle(door)

    def owe(self, door: Door, topics: int) -> None:
        debt = self.debts.get(door)
        if debt is None:
            now = time.monotonic()
            debt = self.debts[door] = Debt(since=now, moved=now)
        debt.topics |= topics
        if self.timer is None:
            self.timer = asyncio.get_running_loop().call_later(SETTLE_SECONDS, self.settle_all)

    def forget(self, door: Door) -> None:
        self.debts.pop(door, None)

    # --- who is behind ---

    def settle_all(self) -> None:
        """Show the pages that are behind what they are owed, or give them up."""
        self.timer = None
        for door in list(self.debts):
            try:
                self.settle(door)
            except Exception:
                logger.exception("a page could not be written to")
                self.audience.leave(door)
                self.forget(door)
        if self.debts:
            self.timer = asyncio.get_running_loop().call_later(SETTLE_SECONDS, self.settle_all)

    def stop(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def settle(self, door: Door) -> None:
        """Write what is owed to a page, in parts, for as long as it takes them."""
        debt = self.debts[door]
        now = time.monotonic()
        while True:
            debt.topics &= self.audience.sets[door]  # it may have turned to others since
            parts, rest = self.part_of(debt, now)
            texts = [*debt.words.values(), *messages([self.feed().encode(), *parts])]
            if not door.wire.put(Packet(texts)):
                self.check_patience(door, debt, now)
                return
            debt.topics, debt.moved = rest, now
            debt.words.clear()
            if not rest:
                del self.debts[door]
                return

    def part_of(self, debt: Debt, now: float) -> tuple[list[bytes], int]:
        """Return some of what is owed, about as much as one message takes, and what is left."""
        parts, rest, size = [], debt.topics, 0
        for bit in each(debt.topics):
            text = self.newest(self.audience.bits.topics[bit], now)
            if size and size + len(text) > LARGEST_TEXT:
                break
            parts.append(text)
            size += len(text)
            rest ^= bit
        return [part for part in parts if part], rest

    def newest(self, topic: str, now: float) -> bytes:
        """Return a topic as it stands; many who come at once are shown the same drawing."""
        at, text = self.drawn.get(topic, (0.0, b""))
        if now - at > DRAWN_SECONDS:
            text = self.draw(topic).encode()
            if len(self.drawn) >= MOST_DRAWN:
                self.drawn.clear()
            self.drawn[topic] = now, text
        return text

    def check_patience(self, door: Door, debt: Debt, now: float) -> None:
        """Cut off a page that takes nothing, or that has been behind for too long."""
        waiting = door.wire.waiting_bytes()
        if waiting < debt.waiting:
            debt.moved = now
        debt.waiting = waiting
        if now - debt.moved < STALLED_SECONDS and now - debt.since < BEHIND_SECONDS:
            return
        logger.info("a page that did not read was cut off")
        self.cut_off += 1
        self.audience.leave(door)
        self.forget(door)
        door.wire.abort()


def chosen(parts: dict[int, bytes], heard: int) -> list[bytes]:
    """Return the parts of these bits, by work that grows with the result."""
    if heard.bit_count() * 3 > len(parts):
        return [part for bit, part in parts.items() if bit & heard]
    return [parts[bit] for bit in each(heard)]


def messages(parts: list[bytes]) -> list[bytes]:
    """Join parts to one message, or to several where they are many; each tells when it left."""
    sent = fragments.sent(time.monotonic()).encode()
    texts, text, size = [], [sent], 0
    for part in parts:
        if size and size + len(part) > LARGEST_TEXT:
            texts.append(b"".join(text))
            text, size = [sent], 0
        text.append(part)
        size += len(part)
    texts.append(b"".join(text))
    return texts
