"""What all web processes look at; what one of them stops saying is forgotten by itself."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.live.watching import is_topic

KEPT_SECONDS = 10.0


class Wanted:
    """Watch-sets by hub, each with its end. Times are of a monotonic clock."""

    def __init__(self) -> None:
        self.sets: dict[str, tuple[float, frozenset[str]]] = {}

    def say(self, hub: str, topics: Iterable[str], now: float) -> None:
        """Replace what a hub looks at; it counts for ten seconds."""
        self.sets[hub] = (now + KEPT_SECONDS, frozenset(filter(is_topic, topics)))

    def topics(self, now: float) -> frozenset[str]:
        """Return the union of what still counts."""
        self.sets = {hub: kept for hub, kept in self.sets.items() if kept[0] > now}
        return frozenset().union(*(topics for _, topics in self.sets.values()))
