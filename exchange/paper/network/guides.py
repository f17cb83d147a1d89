"""How something outside leads a running exchange: another market's prices, for one."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from decimal import Decimal
from typing import Any, Protocol

from exchange.paper.engine import Engine
from exchange.paper.numbers import from_decimal

_BEGINS = 20060, "Entering in Maintenance mode. Please pause any activity"
_IS_OVER = 20061, "Maintenance ended. You can resume normal activity"


class Led(Protocol):
    """The server that is led."""

    engine: Engine

    def commit(self) -> None:
        """Save what has changed and tell it."""

    def maintain(self, is_in_maintenance: bool) -> bool:
        """Begin a maintenance or end one; returns whether the platform's state changed."""

    def announce(self, code: int, text: str) -> int:
        """Tell every socket about the server's state."""


class Guide:
    """Lead the prices of some pairs. To be called on the exchange's own loop.

    While pairs are led and none of them has a price, the platform is in maintenance: nobody is
    told a price that nobody knows.
    """

    def __init__(self, led: Led) -> None:
        self._led = led
        self._lost: set[str] = set()
        self._followed: set[str] = set()
        self._was_blind = False

    def knows(self, symbol: str) -> bool:
        """Tell whether a pair is listed here."""
        return symbol in self._led.engine.markets

    def follow(self, symbol: str, bid: Decimal, ask: Decimal) -> None:
        """Let a pair have these best prices. Raises KeyError for one that is not listed."""
        self._led.engine.follow(symbol, from_decimal(bid), from_decimal(ask))
        self._lost.discard(symbol)
        self._followed.add(symbol)
        self._tell()

    def lose(self, symbol: str) -> None:
        """Say that nobody knows a pair's price. Raises KeyError for one that is not listed."""
        self._led.engine.lose(symbol)
        self._followed.discard(symbol)
        self._lost.add(symbol)
        self._tell()

    def _tell(self) -> None:
        is_blind = bool(self._lost) and not self._followed
        if is_blind != self._was_blind:
            self._was_blind = is_blind
            if self._led.maintain(is_blind):
                self._led.announce(*(_BEGINS if is_blind else _IS_OVER))
        self._led.commit()


Beside = Callable[[Guide], Coroutine[Any, Any, None]]
