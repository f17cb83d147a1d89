"""Who has a page open, and what each looks at: kept as it changes, never counted again.

A watch-set is a number with one bit for each topic, so that what a page must hear of a flush is
one `&`, whatever the sizes, and pages that hear the same are found by equal numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from typing import Protocol

from dashboard.live.wire import Wire


class Door(Protocol):
    """An open page, as the hub sees it."""

    user_id: int
    session_key: str
    wire: Wire

    async def close(self, code: int) -> None: ...


class Bits:
    """A bit for each topic that anybody looks at; the lowest free one goes to the next topic."""

    def __init__(self) -> None:
        self.of_topic: dict[str, int] = {}
        self.topics: dict[int, str] = {}
        self.watchers: dict[int, int] = {}
        self.free: list[int] = []

    def hold(self, topics: Iterable[str]) -> int:
        """Count one more watcher of each topic and return all their bits."""
        held = 0
        for topic in topics:
            bit = self.of_topic.get(topic) or self.take(topic)
            self.watchers[bit] += 1
            held |= bit
        return held

    def take(self, topic: str) -> int:
        bit = heappop(self.free) if self.free else 1 << len(self.of_topic)
        self.of_topic[topic] = bit
        self.topics[bit] = topic
        self.watchers[bit] = 0
        return bit

    def release(self, held: int) -> None:
        """Count one watcher less of each bit, and forget topics that nobody looks at."""
        for bit in each(held):
            self.watchers[bit] -= 1
            if not self.watchers[bit]:
                del self.watchers[bit], self.of_topic[self.topics.pop(bit)]
                heappush(self.free, bit)


class Audience:
    """Open pages, by person and by watch-set."""

    def __init__(self) -> None:
        self.sets: dict[Door, int] = {}
        self.groups: dict[int, dict[Door, None]] = {}
        self.people: dict[int, dict[Door, None]] = {}
        self.bits = Bits()

    def __contains__(self, door: Door) -> bool:
        return door in self.sets

    def join(self, door: Door) -> None:
        self.sets[door] = 0
        self.groups.setdefault(0, {})[door] = None
        self.people.setdefault(door.user_id, {})[door] = None

    def watch(self, door: Door, topics: frozenset[str]) -> int:
        """Replace what a page looks at, and return the bits of what is new to it."""
        before = self.sets[door]
        now = self.bits.hold(topics)  # before the release: a topic of both keeps its bit
        self.bits.release(before)
        if now != before:
            drop(self.groups, before, door)
            self.groups.setdefault(now, {})[door] = None
            self.sets[door] = now
        return now & ~before

    def leave(self, door: Door) -> None:
        if door not in self.sets:
            return
        watched = self.sets.pop(door)
        drop(self.groups, watched, door)
        drop(self.people, door.user_id, door)
        self.bits.release(watched)

    def of(self, user_id: int) -> list[Door]:
        """Return the open pages of a person."""
        return list(self.people.get(user_id, ()))

    def looks_at(self, topic: str) -> bool:
        return topic in self.bits.of_topic

    def union(self) -> list[str]:
        """Return everything that any page looks at."""
        return sorted(self.bits.of_topic)


def drop(pages: dict[int, dict[Door, None]], key: int, door: Door) -> None:
    of_key = pages[key]
    of_key.pop(door, None)
    if not of_key:
        del pages[key]


def each(bits: int) -> Iterator[int]:
    """Yield the single bits of a number, the lowest first."""
    while bits:
        bit = bits & -bits
        yield bit
        bits ^= bit
