"""What all web processes look at, and how busy each is; who falls silent is forgotten by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.live.watching import is_topic

KEPT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Said:
    """A hub's last word: what its pages look at, what a flush costs it, until when that counts."""

    topics: frozenset[str]
    flush_ms: float
    ends: float


class Wanted:
    """The last words of all hubs. Times are of a monotonic clock."""

    def __init__(self) -> None:
        self.sets: dict[str, Said] = {}

    def say(self, hub: str, topics: Iterable[str], now: float, flush_ms: float = 0.0) -> None:
        """Replace what a hub looks at; it counts for ten seconds."""
        watched = frozenset(filter(is_topic, topics))
        self.sets[hub] = Said(watched, flush_ms, now + KEPT_SECONDS)

    def topics(self, now: float) -> frozenset[str]:
        """Return the union of what still counts."""
        self.sets = {hub: said for hub, said in self.sets.items() if said.ends > now}
        return frozenset().union(*(said.topics for said in self.sets.values()))

    def flush_ms(self) -> float:
        """Return what a flush costs the busiest hub."""
        return max((said.flush_ms for said in self.sets.values()), default=0.0)
