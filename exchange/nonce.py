"""Nonces: one signed call in flight per key, from the nonce's issue to the reply.

The exchange refuses a nonce that is not above the last one *it has seen*, so rising numbers are
not enough: two calls on the way at once may overtake each other. A turn therefore holds the key's
lock until its `with` block ends, and the caller ends it when the reply is in.
Source: Bitfinex docs, Authenticated endpoints, nonce.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from exchange import leases
from exchange.errors import NotSent
from exchange.storage import SharedFile

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


_SCHEMA = f"""
{leases.SCHEMA}
CREATE TABLE IF NOT EXISTS nonces (
    name TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) WITHOUT ROWID;
"""
LEASE_SECONDS = 15.0


class SqliteNonces:
    """The authority for all processes of one host that share a file.

    A turn is a lease: it ends with the `with` block, with the holder's process, or 15 s after its
    last nonce, whichever comes first; a holder that was paused for longer can't go on. The highest
    nonce of every key stays in the file; of the key itself only a fingerprint does.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        clock: Callable[[], int] = microseconds,
        steady: Callable[[], float] = time.monotonic,
        patience_seconds: float = 10.0,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._file = SharedFile(path, _SCHEMA)
        self._leases = leases.SqliteLeases(self._file, steady=steady, seconds=lease_seconds)
        self._clock = clock
        self._patience_seconds = patience_seconds

    @contextmanager
    def turn(self, key: str, *, urgent: bool = False) -> Iterator[Turn]:
        """Wait for the key's lock and hold it; see `NonceAuthority.turn`."""
        name = fingerprint(key)
        epoch = self._acquire(name, urgent)
        try:
            yield _SqliteTurn(self, name, epoch)
        finally:
            # By now the call may have been sent: its outcome matters more than a lock left over,
            # which ends by itself.
            with suppress(sqlite3.Error):
                self._leases.release(name, epoch)

    def close(self) -> None:
        """Close the file; the next turn opens it again."""
        self._file.close()

    def _acquire(self, name: str, urgent: bool) -> int:
        try:
            epoch = self._leases.acquire(
                name, urgent=urgent, patience_seconds=self._patience_seconds
            )
        except sqlite3.Error as error:
            raise NotSent(f"the nonce file is unusable: {error}") from error
        if epoch is None:
            raise NotSent(BUSY)
        return epoch

    def _issue(self, name: str, epoch: int) -> str:
        try:
            with self._file.writing() as file:
                if not self._leases.renew(file, name, epoch):
                    raise NotSent("held the key for too long; another call has it now")
                row = file.execute("SELECT last FROM nonces WHERE name = ?", (name,)).fetchone()
                nonce = next_nonce(row[0] if row else 0, self._clock())
                file.execute("INSERT OR REPLACE INTO nonces VALUES (?, ?)", (name, nonce))
        except sqlite3.Error as error:
            raise NotSent(f"the nonce file is unusable: {error}") from error
        return str(nonce)


class _SqliteTurn:
    __slots__ = ("_authority", "_epoch", "_name")

    def __init__(self, authority: SqliteNonces, name: str, epoch: int) -> None:
        self._authority = authority
        self._name = name
        self._epoch = epoch

    def issue(self) -> str:
        return self._authority._issue(self._name, self._epoch)
