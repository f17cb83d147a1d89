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
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from exchange.errors import NotSent
from exchange.processes import identity, is_gone
from exchange.storage import SharedFile

LARGEST_NONCE = 2**53 - 1
BUSY = "another call with this key is still under way (busy)"


class Turn(Protocol):
    """One caller's time alone with a key."""

    def issue(self) -> str:
        """Return the next nonce, in microseconds, above all before it.

        Raises NotSent where the turn has been passed over because it was held too long.
        """


class NonceAuthority(Protocol):
    """Hands out turns, one at a time for each key."""

    def turn(self, key: str, *, urgent: bool = False) -> TurnManager:
        """Wait for the key's lock and hold it while the `with` block runs.

        urgent: an order or a cancellation; goes before all polls that wait.
        Raises NotSent when it is still not our turn after the authority's patience.
        """


class TurnManager(Protocol):
    """What `with` needs of a turn."""

    def __enter__(self) -> Turn: ...
    def __exit__(self, *details: object) -> bool | None: ...


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


_SCHEMA = """
CREATE TABLE IF NOT EXISTS keys (
    name TEXT PRIMARY KEY,
    last INTEGER NOT NULL DEFAULT 0,
    epoch INTEGER NOT NULL DEFAULT 0,
    holder TEXT NOT NULL DEFAULT '',
    held_until REAL NOT NULL DEFAULT 0,
    urgent_until REAL NOT NULL DEFAULT 0
) WITHOUT ROWID
"""
LEASE_SECONDS = 15.0
_POLL_SECONDS = 0.002
# An urgent waiter renews its claim at every poll; polls that find a fresh claim stand back.
_CLAIM_SECONDS = 0.1


class SqliteNonces:
    """The authority for all processes of one host that share a file.

    A turn is a lease: it ends with the `with` block, with the holder's process, or 15 s after the
    last nonce, whichever comes first. Each turn has an epoch, checked where a nonce is issued, so
    that a holder that was paused past its lease cannot go on. The highest nonce of every key
    stays in the file; of the key itself only a fingerprint does.
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
        self._clock = clock
        self._steady = steady
        self._patience_seconds = patience_seconds
        self._lease_seconds = lease_seconds

    @contextmanager
    def turn(self, key: str, *, urgent: bool = False) -> Iterator[Turn]:
        """Wait for the key's lock and hold it; see `NonceAuthority.turn`."""
        name = fingerprint(key)
        turn = _SqliteTurn(self, name, self._acquire(name, urgent))
        try:
            yield turn
        finally:
            # By now the call may have been sent: its outcome matters more than a lock left over,
            # which ends by itself.
            with suppress(sqlite3.Error):
                self._release(name, turn.epoch)

    def close(self) -> None:
        """Close the file; the next turn opens it again."""
        self._file.close()

    def _acquire(self, name: str, urgent: bool) -> int:
        give_up_at = time.monotonic() + self._patience_seconds
        try:
            while True:
                epoch = self._try(name, urgent)
                if epoch is not None:
                    return epoch
                if time.monotonic() >= give_up_at:
                    raise NotSent(BUSY)
                time.sleep(_POLL_SECONDS)
        except sqlite3.Error as error:
            raise NotSent(f"the nonce file is unusable: {error}") from error

    def _try(self, name: str, urgent: bool) -> int | None:
        with self._file.reading() as file:
            if not self._may_take(file, name, urgent) and not urgent:
                return None
        with self._file.writing() as file:
            now = self._steady()
            if self._may_take(file, name, urgent):
                return self._take(file, name, now + self._lease_seconds)
            file.execute(
                "UPDATE keys SET urgent_until = ? WHERE name = ?", (now + _CLAIM_SECONDS, name)
            )
        return None

    def _may_take(self, file: sqlite3.Connection, name: str, urgent: bool) -> bool:
        row = file.execute(
            "SELECT holder, held_until, urgent_until FROM keys WHERE name = ?", (name,)
        ).fetchone()
        if row is None:
            return True
        holder, held_until, urgent_until = row
        now = self._steady()
        if not urgent and now < urgent_until <= now + _CLAIM_SECONDS:
            return False
        # The steady clock starts anew with the machine: a lease longer than any is an old one.
        is_held = now < held_until <= now + self._lease_seconds
        return not is_held or is_gone(holder)

    def _take(self, file: sqlite3.Connection, name: str, held_until: float) -> int:
        (epoch,) = file.execute(
            "INSERT INTO keys (name, epoch, holder, held_until) VALUES (?, 1, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET epoch = epoch + 1, holder = excluded.holder,"
            " held_until = excluded.held_until RETURNING epoch",
            (name, identity(), held_until),
        ).fetchone()
        return int(epoch)

    def _release(self, name: str, epoch: int) -> None:
        with self._file.writing() as file:
            file.execute(
                "UPDATE keys SET held_until = 0 WHERE name = ? AND epoch = ?", (name, epoch)
            )

    def _issue(self, name: str, epoch: int) -> str:
        try:
            with self._file.writing() as file:
                last, current = file.execute(
                    "SELECT last, epoch FROM keys WHERE name = ?", (name,)
                ).fetchone()
                if current != epoch:
                    raise NotSent("held the key for too long; another call has it now")
                nonce = next_nonce(last, self._clock())
                file.execute(
                    "UPDATE keys SET last = ?, held_until = ? WHERE name = ?",
                    (nonce, self._steady() + self._lease_seconds, name),
                )
        except sqlite3.Error as error:
            raise NotSent(f"the nonce file is unusable: {error}") from error
        return str(nonce)


class _SqliteTurn:
    __slots__ = ("_authority", "_name", "epoch")

    def __init__(self, authority: SqliteNonces, name: str, epoch: int) -> None:
        self._authority = authority
        self._name = name
        self.epoch = epoch

    def issue(self) -> str:
        return self._authority._issue(self._name, self.epoch)
