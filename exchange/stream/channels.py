"""Channels: what can be followed, and how the exchange writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from exchange import symbols
from exchange.models.markets import Timeframe

PRECISIONS = ("P0", "P1", "P2", "P3", "P4", "R0")
LENGTHS = (1, 25, 100, 250)
FREQUENCIES = ("F0", "F1")
_ALL_LIQUIDATIONS = "liq:global"


class Topic(StrEnum):
    """The kinds of channels we know."""

    TICKER = "ticker"
    TRADES = "trades"
    BOOK = "book"
    CANDLES = "candles"
    STATUS = "status"
    ACCOUNT = "auth"


@dataclass(frozen=True, slots=True)
class Channel:
    """One subscription, by all that tells it from another. Make it with `ticker`, `trades`, …

    Symbols are those of pairs ("tBTCUSD") or of funding ("fUSD"). precision, length and frequency
    are those of a book, key that of candles and of a status, None otherwise.
    Source: Bitfinex docs, WebSocket public channels.
    """

    topic: Topic
    symbol: str
    precision: str | None = None
    length: int | None = None
    frequency: str | None = None
    key: str | None = None

    @classmethod
    def ticker(cls, symbol: str) -> Self:
        """Best prices and the day's figures, about every 15 s.

        Raises ValueError on a bad symbol.
        """
        return cls(Topic.TICKER, _checked(symbol))

    @classmethod
    def trades(cls, symbol: str) -> Self:
        """Every trade as it happens. Raises ValueError on a bad symbol."""
        return cls(Topic.TRADES, _checked(symbol))

    @classmethod
    def book(
        cls, symbol: str, precision: str = "P0", length: int = 25, frequency: str = "F0"
    ) -> Self:
        """Price levels, P0 exact to P4 coarse, or every single order: R0.

        1, 25, 100 or 250 a side; F0 live, F1 every 2 s. Raises ValueError on anything else.
        """
        if precision not in PRECISIONS or length not in LENGTHS or frequency not in FREQUENCIES:
            raise ValueError(f"no such book: {precision!r}, {length!r}, {frequency!r}")
        return cls(Topic.BOOK, _checked(symbol), precision, length, frequency)

    @classmethod
    def candles(cls, symbol: str, timeframe: str = "1m", section: str = "") -> Self:
        """Prices by period: "1m" to "1M", the members of `Timeframe`.

        section: for funding only and needed there, "p30" for loans of 30 days or "a30:p2:p30" for
        those of 2 to 30 days together. Raises ValueError on anything else.
        """
        is_funding = symbols.is_funding_symbol(symbol)
        if is_funding != bool(section) or not all(map(_is_period, section.split(":"))):
            raise ValueError(f"not a section of {symbol[:40]!r}: {section[:40]!r}")
        parts = ("trade", Timeframe(timeframe), _checked(symbol), section)
        return cls(Topic.CANDLES, symbol, key=":".join(filter(None, parts)))

    @classmethod
    def derivative(cls, symbol: str) -> Self:
        """How a perpetual stands, about every second. Raises ValueError on a bad symbol."""
        return cls(Topic.STATUS, symbols.checked(symbol), key=f"deriv:{symbol}")

    @classmethod
    def liquidations(cls) -> Self:
        """Every position closed by force, in any market; `symbol` is "global"."""
        return cls(Topic.STATUS, "global", key=_ALL_LIQUIDATIONS)

    @classmethod
    def from_wire(cls, members: Mapping[str, Any]) -> Self | None:
        """Recognise the channel an acknowledgement or an error speaks of; None for foreign ones."""
        try:
            match Topic(members["channel"]):
                case Topic.TICKER:
                    return cls.ticker(members["symbol"])
                case Topic.TRADES:
                    return cls.trades(members["symbol"])
                case Topic.BOOK:
                    # The length is sent as text and may come back as either.
                    precision, length = str(members["prec"]), int(members["len"])
                    return cls.book(members["symbol"], precision, length, str(members["freq"]))
                case Topic.CANDLES | Topic.STATUS:
                    return cls._of_key(members["channel"], members["key"])
        except (KeyError, TypeError, ValueError, AttributeError):
            pass
        return None

    @classmethod
    def _of_key(cls, topic: str, key: str) -> Self | None:
        kind, *rest = key.split(":", 1)
        if topic == Topic.STATUS:
            return cls.liquidations() if key == _ALL_LIQUIDATIONS else cls._derivative(kind, rest)
        _, timeframe, symbol = key.split(":", 2)
        section = ""
        if symbol.startswith("f"):
            symbol, section = symbol.split(":", 1)
        found = cls.candles(symbol, timeframe, section)
        return found if found.key == key else None

    @classmethod
    def _derivative(cls, kind: str, rest: list[str]) -> Self | None:
        return cls.derivative(rest[0]) if kind == "deriv" and rest else None

    @property
    def is_funding(self) -> bool:
        """Whether this is about loans in a currency, not about trades of a pair."""
        return self.symbol.startswith("f")

    def wire(self) -> dict[str, str]:
        """Return the members of a subscribe event that name this channel."""
        if self.key is not None:
            return {"channel": str(self.topic), "key": self.key}
        members = {"channel": str(self.topic), "symbol": self.symbol}
        if self.topic is Topic.BOOK:
            members |= {
                "prec": str(self.precision),
                "freq": str(self.frequency),
                "len": str(self.length),
            }
        return members


ACCOUNT = Channel(Topic.ACCOUNT, "")
"""The account's own channel: it comes with authentication and is never subscribed to."""


def _checked(symbol: str) -> str:
    return symbol if symbols.is_funding_symbol(symbol) else symbols.checked(symbol)


def _is_period(part: str) -> bool:
    return not part or (part[0] in "ap" and part[1:].isascii() and part[1:].isdigit())
