"""How many calls a minute, per family of endpoints, before Bitfinex would block our address.

Limits count per address, so all processes of a host share one budget. Orders keep a reserve: polls
stop at 80 % of each limit. A block, once seen, stops every call until it is over.
Source: Bitfinex docs, Requirements and limitations, and the page of each endpoint.
"""

from __future__ import annotations

import math
import threading
import time
from bisect import bisect_right
from collections.abc import Callable
from typing import Protocol

from exchange.errors import RateLimited

WINDOW_SECONDS = 60.0
BAN_SECONDS = 60.0
RESERVED_SHARE = 0.2

PER_MINUTE = {
    "platform": 30,
    "ticker": 90,
    "tickers": 30,
    "conf": 90,
    "book": 240,
    "trades": 15,
    "candles": 30,
    "status/deriv": 90,
    "auth/r/alerts": 45,
    "auth/w/deposit/address": 10,
    # No page states these two, so they have the least that any page states.
    "auth/w/transfer": 10,
    "auth/w/withdraw": 10,
    "v1/pubticker": 30,
    "v1/symbols": 5,
    "v1/symbols_details": 5,
    "v1/balances": 10,
    "v1/orders/hist": 1,
}
# Every other v2 endpoint of ours has this limit, each for itself.
_OTHERS_PER_MINUTE = 90
# v1's pages promise 10 to 90; what concerns orders has the most.
_OTHERS_OF_V1_PER_MINUTE = 10


def per_minute(family: str, *, urgent: bool) -> int:
    """Return how many calls of a family a minute may see, with or without the reserve."""
    limit = PER_MINUTE.get(family) or _unlisted(family)
    return limit if urgent else max(1, math.floor(limit * (1 - RESERVED_SHARE)))


def _unlisted(family: str) -> int:
    is_scarce = family.startswith("v1/") and not family.startswith("v1/order")
    return _OTHERS_OF_V1_PER_MINUTE if is_scarce else _OTHERS_PER_MINUTE


class RateBudget(Protocol):
    """What a client asks before each call, and tells when it was blocked."""

    def spend(self, family: str, *, urgent: bool = False) -> None:
        """Count one call. Raises RateLimited, with the time to wait, where none is left."""

    def ban(self) -> None:
        """Stop all calls for a minute: the exchange has just blocked this address."""


def exhausted(family: str, wait_seconds: float) -> RateLimited:
    """Return what to raise where a family has no call left."""
    return RateLimited(
        f"held back: {family} is used up, wait {math.ceil(wait_seconds)} s",
        wait_seconds=wait_seconds,
    )


def banned(wait_seconds: float) -> RateLimited:
    """Return what to raise while the exchange blocks our address."""
    return RateLimited(
        f"held back: Bitfinex blocks this address for {math.ceil(wait_seconds)} s more",
        wait_seconds=wait_seconds,
    )


class NoBudget:
    """A budget without bounds, for a paper exchange of one's own."""

    def spend(self, family: str, *, urgent: bool = False) -> None:
        """Let every call pass."""

    def ban(self) -> None:
        """Go on all the same."""


class MemoryBudget:
    """The budget of a program of one process."""

    def __init__(self, *, steady: Callable[[], float] = time.monotonic) -> None:
        self._steady = steady
        self._lock = threading.Lock()
        self._calls: dict[str, list[float]] = {}
        self._banned_until = -math.inf

    def spend(self, family: str, *, urgent: bool = False) -> None:
        """Count one call; see `RateBudget.spend`."""
        with self._lock:
            now = self._steady()
            if now < self._banned_until:
                raise banned(self._banned_until - now)
            calls = self._calls.setdefault(family, [])
            del calls[: bisect_right(calls, now - WINDOW_SECONDS)]
            if len(calls) >= per_minute(family, urgent=urgent):
                raise exhausted(family, calls[0] + WINDOW_SECONDS - now)
            calls.append(now)

    def ban(self) -> None:
        """Stop all calls for a minute."""
        with self._lock:
            self._banned_until = self._steady() + BAN_SECONDS


_shared_lock = threading.Lock()
_shared: dict[str, MemoryBudget] = {}


def shared_budget(base_url: str) -> MemoryBudget:
    """Return the budget that all clients of this process share for one exchange.

    Several processes need `SqliteBudget`.
    """
    with _shared_lock:
        return _shared.setdefault(base_url, MemoryBudget())
