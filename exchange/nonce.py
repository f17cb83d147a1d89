"""Nonces: one signed call in flight per key, from the nonce's issue to the reply.

The exchange refuses a nonce that is not above the last one *it has seen*, so rising numbers are
not enough: two calls on the way at once may overtake each other. A turn therefore holds the key's
lock until its `with` block ends, and the caller ends it when the reply is in.
Source: Bitfinex docs, Authenticated endpoints, nonce.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from exchange.errors import NotSent

LARGEST_NONCE = 2**53 - 1
BUSY = "another call with this key is still under way (busy)"
WHY_TOO_SMALL = (
    "a higher nonce was used with this key before: by a clock that ran ahead, by another program"
    " with the same key, or before a backup was restored"
)
"""What is behind Bitfinex's error 10114, for people."""


class Turn(Protocol):
    """One caller's time alone with a key."""

    def issue(self) -> str:
        """Return the next nonce, in microseconds, above all before it.

        Raises NotSent where the turn has been passed over because it was held too long.
        """


class NonceAuthority(Protocol):
    """Hands out turns, one at a time for each key."""

    def turn(self, key: str, *, urgent: bool = False) -> AbstractContextManager[Turn, bool | None]:
        """Wait for the key's lock and hold it while the `with` block runs.

        urgent: an order or a cancellation; goes before all polls that wait.
        Raises NotSent when it is still not our turn after the authority's patience.
        """


def microseconds() -> int:
    """Read the wall clock in microseconds since the epoch."""
    return time.time_ns() // 1000


def next_nonce(last: int, now: int) -> int:
    """Return the nonce after `last`, by the clock where it is ahead. Raises NotSent past the limit.

    A clock that stalls or steps back still gives rising nonces.
    """
    nonce = max(last + 1, now)
    if nonce > LARGEST_NONCE:
        raise NotSent("the clock is beyond the largest nonce the exchange takes")
    return nonce


def fingerprint(key: str) -> str:
    """Return the name a key goes by in files and tables, from which it cannot be read back."""
    return hashlib.sha256(key.encode()).hexdigest()


class MemoryNonces:
    """The authority for programs of one process: a lock and a counter per key.

    Two processes with one key need `SqliteNonces`.
    """

    def __init__(
        self, *, clock: Callable[[], int] = microseconds, patience_seconds: float = 10.0
    ) -> None:
        self._clock = clock
        self._patience_seconds = patience_seconds
        self._change = threading.Condition()
        self._busy: set[str] = set()
        self._urgent_waiting: dict[str, int] = {}
        self._last: dict[str, int] = {}

    @contextmanager
    def turn(self, key: str, *, urgent: bool = False) -> Iterator[Turn]:
        """Wait for the key's lock and hold it; see `NonceAuthority.turn`."""
        name = fingerprint(key)
        with self._change:
            self._acquire(name, urgent)
        try:
            yield _MemoryTurn(self, name)
        finally:
            with self._change:
                self._busy.discard(name)
                self._change.notify_all()

    def _acquire(self, name: str, urgent: bool) -> None:
        self._urgent_waiting[name] = self._urgent_waiting.get(name, 0) + urgent
        try:
            if not self._change.wait_for(
                lambda: self._is_free(name, urgent), self._patience_seconds
            ):
                raise NotSent(BUSY)
        finally:
            self._urgent_waiting[name] -= urgent
        self._busy.add(name)

    def _is_free(self, name: str, urgent: bool) -> bool:
        return name not in self._busy and (urgent or not self._urgent_waiting[name])

    def _issue(self, name: str) -> str:
        # Only the holder of the turn comes here, so the counter needs no lock of its own.
        self._last[name] = next_nonce(self._last.get(name, 0), self._clock())
        return str(self._last[name])


class _MemoryTurn:
    __slots__ = ("_authority", "_name")

    def __init__(self, authority: MemoryNonces, name: str) -> None:
        self._authority = authority
        self._name = name

    def issue(self) -> str:
        return self._authority._issue(self._name)


PROCESS_NONCES = MemoryNonces()
"""What clients share that were given no authority, so that two of them may use one key."""
