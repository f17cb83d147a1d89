"""Public channels: what can be subscribed to, and how the exchange writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from exchange import symbols


class Topic(StrEnum):
    """The kinds of public channels we know."""

    TICKER = "ticker"
    TRADES = "trades"
    BOOK = "book"


@dataclass(frozen=True, slots=True)
class Channel:
    """One subscription, by all that tells it from another. Make it with `ticker`, `trades`, `book`.

    precision, length and frequency are those of a book, None otherwise.
    Source: Bitfinex docs, WebSocket public channels.
    """

    topic: Topic
    symbol: str
    precision: str | None = None
    length: int | None = None
    frequency: str | None = None

    @classmethod
    def ticker(cls, symbol: str) -> Self:
        """Best prices and the day's figures, about every 15 s.

        Raises ValueError on a bad symbol.
        """
        return cls(Topic.TICKER, symbols.checked(symbol))

    @classmethod
    def trades(cls, symbol: str) -> Self:
        """Every trade as it happens. Raises ValueError on a bad symbol."""
        return cls(Topic.TRADES, symbols.checked(symbol))

    @classmethod
    def book(
        cls, symbol: str, precision: str = "P0", length: int = 25, frequency: str = "F0"
    ) -> Self:
        """Price levels: P0 exact to P4 coarse; 1, 25, 100 or 250 a side; F0 live, F1 every 2 s.

        Raises ValueError on a bad symbol.
        """
        return cls(Topic.BOOK, symbols.checked(symbol), precision, length, frequency)

    @classmethod
    def from_wire(cls, members: Mapping[str, Any]) -> Self | None:
        """Recognise the channel an acknowledgement or an error speaks of; None for foreign ones."""
        try:
            topic = Topic(members["channel"])
            symbol = symbols.checked(members["symbol"])
            if topic is not Topic.BOOK:
                return cls(topic, symbol)
            # The length is sent as text and may come back as either.
            precision, frequency = str(members["prec"]), str(members["freq"])
            return cls(topic, symbol, precision, int(members["len"]), frequency)
        except (KeyError, TypeError, ValueError):
            return None

    def wire(self) -> dict[str, str]:
        """Return the members of a subscribe event that name this channel."""
        members = {"channel": str(self.topic), "symbol": self.symbol}
        if self.topic is Topic.BOOK:
            members |= {
                "prec": str(self.precision),
                "freq": str(self.frequency),
                "len": str(self.length),
            }
        return members
