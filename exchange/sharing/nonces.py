"""The nonce authority of several processes; see `exchange.nonce`."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from exchange.errors import NotSent
from exchange.nonce import BUSY, Turn, fingerprint, microseconds, next_nonce
from exchange.sharing import leases
from exchange.sharing.storage import SharedFile

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
