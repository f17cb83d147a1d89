"""What of an account a socket wants to hear, as it said when it authenticated.

Source: Bitfinex docs, "WebSocket Authenticated Channels", channel filters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Filter:
    """Names such as "trading", "trading-tBTCUSD" or "wallet-exchange"; none means everything."""

    names: frozenset[str] = frozenset()

    @classmethod
    def read(cls, value: Any) -> Self:
        """Take what an `auth` event holds; null and an empty list are no filter."""
        return cls(frozenset(filter(_is_name, value)) if isinstance(value, list) else frozenset())

    def admits(self, topics: Iterable[str]) -> bool:
        """Tell whether something that has these topics is wanted."""
        return not self.names or not self.names.isdisjoint(topics)

    def admits_some(self, topic: str) -> bool:
        """Tell whether a topic is wanted, or a part of it."""
        return not self.names or any(
            name == topic or name.startswith(f"{topic}-") for name in self.names
        )


def _is_name(value: Any) -> bool:
    return isinstance(value, str)
