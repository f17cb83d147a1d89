"""Locks that end by themselves, for all processes of one host that share a SQLite file.

A lease ends when its holder gives it back, when the holder's process ends, or when its time is up.
Whoever waits stands in line: urgent ones first, then by the time they came. Each lease has an
epoch, higher than any before, by which a holder that was paused past its time is told apart.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable

from exchange.sharing.processes import identity, is_gone
from exchange.sharing.storage import SharedFile

SCHEMA = """
CREATE TABLE IF NOT EXISTS leases (
    name TEXT PRIMARY KEY,
    epoch INTEGER NOT NULL,
    holder TEXT NOT NULL,
    held_until REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS waiting (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    urgent INTEGER NOT NULL,
    fresh_until REAL NOT NULL
);
"""
_POLL_SECONDS = 0.002
# A waiter that has not been heard of for so long has left the line without saying so.
_FRESH_SECONDS = 0.3
_RENEWAL_SECONDS = 0.1
_LAST_PLACE = 2**62


class SqliteLeases:
    """Grant leases by name. Every method raises sqlite3.Error where the file is unusable.

    steady: a clock that all processes of the host share and nobody sets.
    """

    def __init__(self, file: SharedFile, *, steady: Callable[[], float], seconds: float) -> None:
        self._file = file
        self._steady = steady
        self._seconds = seconds

    def acquire(self, name: str, *, urgent: bool, patience_seconds: float) -> int | None:
        """Wait in line for a lease and return its epoch, None when patience is over."""
        waiter = _Waiter(name, urgent)
        give_up_at = time.monotonic() + patience_seconds
        while True:
            epoch = self._try(waiter)
            if epoch is not None:
                return epoch
            if time.monotonic() >= give_up_at:
                with self._file.writing() as file:
                    waiter.leave(file)
                return None
            time.sleep(_POLL_SECONDS)

    def renew(self, file: sqlite3.Connection, name: str, epoch: int) -> bool:
        """Give a lease its full time again, in the caller's transaction; False if it is lost."""
        renewed = file.execute(
            "UPDATE leases SET held_until = ? WHERE name = ? AND epoch = ?",
            (self._steady() + self._seconds, name, epoch),
        )
        return renewed.rowcount == 1

    def release(self, name: str, epoch: int) -> None:
        """Give a lease back; nothing happens where it was lost."""
        with self._file.writing() as file:
            file.execute(
                "UPDATE leases SET held_until = 0 WHERE name = ? AND epoch = ?", (name, epoch)
            )

    def _try(self, waiter: _Waiter) -> int | None:
        now = self._steady()
        # Looking first, because a look needs no write lock and a line is mostly looking.
        with self._file.reading() as file:
            if not self._may_take(file, waiter, now) and waiter.is_fresh(now):
                return None
        with self._file.writing() as file:
            now = self._steady()
            if not self._may_take(file, waiter, now):
                waiter.stand(file, now)
                return None
            waiter.leave(file)
            return self._take(file, waiter.name, now)

    def _may_take(self, file: sqlite3.Connection, waiter: _Waiter, now: float) -> bool:
        return waiter.is_first(file, now) and not self._is_held(file, waiter.name, now)

    def _is_held(self, file: sqlite3.Connection, name: str, now: float) -> bool:
        row = file.execute(
            "SELECT holder, held_until FROM leases WHERE name = ?", (name,)
        ).fetchone()
        # The steady clock starts anew with the machine: a lease longer than any is an old one.
        return row is not None and now < row[1] <= now + self._seconds and not is_gone(row[0])

    def _take(self, file: sqlite3.Connection, name: str, now: float) -> int:
        (epoch,) = file.execute(
            "INSERT INTO leases VALUES (?, 1, ?, ?) ON CONFLICT (name) DO UPDATE SET"
            " epoch = epoch + 1, holder = excluded.holder, held_until = excluded.held_until"
            " RETURNING epoch",
            (name, identity(), now + self._seconds),
        ).fetchone()
        return int(epoch)


class _Waiter:
    """One place in the line, taken when there is something to wait for."""

    def __init__(self, name: str, urgent: bool) -> None:
        self.name = name
        self._urgent = urgent
        self._place: int | None = None
        self._renew_at = 0.0

    def is_fresh(self, now: float) -> bool:
        return self._place is not None and now < self._renew_at

    def is_first(self, file: sqlite3.Connection, now: float) -> bool:
        ahead = file.execute(
            "SELECT 1 FROM waiting WHERE name = ? AND fresh_until > ? AND fresh_until <= ?"
            " AND (urgent > ? OR (urgent = ? AND place < ?)) LIMIT 1",
            (
                self.name,
                now,
                now + _FRESH_SECONDS,
                self._urgent,
                self._urgent,
                self._place or _LAST_PLACE,
            ),
        )
        return ahead.fetchone() is None

    def stand(self, file: sqlite3.Connection, now: float) -> None:
        """Take a place at the end of the line, or say that ours is still taken."""
        self._renew_at = now + _RENEWAL_SECONDS
        if self._place is None:
            file.execute(
                "DELETE FROM waiting WHERE name = ? AND fresh_until <= ?", (self.name, now)
            )
        found = file.execute(
            "INSERT INTO waiting VALUES (?, ?, ?, ?) ON CONFLICT (place)"
            " DO UPDATE SET fresh_until = excluded.fresh_until RETURNING place",
            (self._place, self.name, self._urgent, now + _FRESH_SECONDS),
        )
        (self._place,) = found.fetchone()

    def leave(self, file: sqlite3.Connection) -> None:
        if self._place is not None:
            file.execute("DELETE FROM waiting WHERE place = ?", (self._place,))
