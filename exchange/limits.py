"""How many calls a minute, per family of endpoints, before Bitfinex would block our address.

Limits count per address, so all processes of a host share one budget. Orders keep a reserve: polls
stop at 80 % of each limit. A block, once seen, stops every call until it is over.
Source: Bitfinex docs, Requirements and limitations, and the page of each endpoint.
"""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from bisect import bisect_right
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from exchange.errors import NotSent, RateLimited
from exchange.storage import SharedFile

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


def _exhausted(family: str, wait_seconds: float) -> RateLimited:
    return RateLimited(
        f"held back: {family} is used up, wait {math.ceil(wait_seconds)} s",
        wait_seconds=wait_seconds,
    )


def _banned(wait_seconds: float) -> RateLimited:
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
                raise _banned(self._banned_until - now)
            calls = self._calls.setdefault(family, [])
            del calls[: bisect_right(calls, now - WINDOW_SECONDS)]
            if len(calls) >= per_minute(family, urgent=urgent):
                raise _exhausted(family, calls[0] + WINDOW_SECONDS - now)
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


_SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (family TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS calls_by_family ON calls (family, at);
CREATE TABLE IF NOT EXISTS bans (until REAL NOT NULL);
"""


class SqliteBudget:
    """The budget of all processes of one host that share a file."""

    def __init__(self, path: Path | str, *, steady: Callable[[], float] = time.monotonic) -> None:
        self._file = SharedFile(path, _SCHEMA)
        self._steady = steady

    def spend(self, family: str, *, urgent: bool = False) -> None:
        """Count one call; see `RateBudget.spend`. Raises NotSent where the file is unusable."""
        try:
            with self._file.writing() as file:
                self._spend(file, family, urgent)
        except sqlite3.Error as error:
            raise NotSent(f"the rate budget's file is unusable: {error}") from error

    def ban(self) -> None:
        """Stop all calls of all processes for a minute."""
        # A call has just been answered, and what came of it matters more than this note.
        with suppress(sqlite3.Error), self._file.writing() as file:
            file.execute("DELETE FROM bans")
            file.execute("INSERT INTO bans VALUES (?)", (self._steady() + BAN_SECONDS,))

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        self._file.close()

    def _spend(self, file: sqlite3.Connection, family: str, urgent: bool) -> None:
        now = self._steady()
        # The steady clock starts anew with the machine: what lies ahead is from before.
        (banned_until,) = file.execute(
            "SELECT max(until) FROM bans WHERE until <= ?", (now + BAN_SECONDS,)
        ).fetchone()
        if banned_until is not None and now < banned_until:
            raise _banned(banned_until - now)
        file.execute(
            "DELETE FROM calls WHERE family = ? AND (at <= ? OR at > ?)",
            (family, now - WINDOW_SECONDS, now),
        )
        count, oldest = file.execute(
            "SELECT count(*), min(at) FROM calls WHERE family = ?", (family,)
        ).fetchone()
        if count >= per_minute(family, urgent=urgent):
            raise _exhausted(family, oldest + WINDOW_SECONDS - now)
        file.execute("INSERT INTO calls VALUES (?, ?)", (family, now))
