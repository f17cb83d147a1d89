"""The rate budget of several processes; see `exchange.limits`."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from exchange.errors import NotSent
from exchange.limits import BAN_SECONDS, WINDOW_SECONDS, banned, exhausted, per_minute
from exchange.sharing.storage import SharedFile

_SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (family TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS calls_by_family ON calls (family, at);
CREATE TABLE IF NOT EXISTS bans (until REAL NOT NULL);
"""
_LIFT_BANS = "DELETE FROM bans"
_ADD_BAN = "INSERT INTO bans VALUES (?)"
_LAST_BAN = "SELECT max(until) FROM bans WHERE until <= ?"
_FORGET_CALLS = "DELETE FROM calls WHERE family = ? AND (at <= ? OR at > ?)"
_COUNT_CALLS = "SELECT count(*), min(at) FROM calls WHERE family = ?"
_ADD_CALL = "INSERT INTO calls VALUES (?, ?)"


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
            file.execute(_LIFT_BANS)
            file.execute(_ADD_BAN, (self._steady() + BAN_SECONDS,))

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        self._file.close()

    def _spend(self, file: sqlite3.Connection, family: str, urgent: bool) -> None:
        now = self._steady()
        # The steady clock starts anew with the machine: what lies ahead is from before.
        (banned_until,) = file.execute(_LAST_BAN, (now + BAN_SECONDS,)).fetchone()
        if banned_until is not None and now < banned_until:
            raise banned(banned_until - now)
        file.execute(_FORGET_CALLS, (family, now - WINDOW_SECONDS, now))
        count, oldest = file.execute(_COUNT_CALLS, (family,)).fetchone()
        if count >= per_minute(family, urgent=urgent):
            raise exhausted(family, oldest + WINDOW_SECONDS - now)
        file.execute(_ADD_CALL, (family, now))
