"""The file that state is kept in: opened, or set aside when it cannot be understood."""

from __future__ import annotations

import logging
import sqlite3
from itertools import count
from pathlib import Path

# Rises when an older program could no longer read what a newer one has written.
VERSION = 2

_SIDE_FILES = ("", "-wal", "-shm")

_log = logging.getLogger(__name__)


class Unreadable(Exception):  # noqa: N818 - a fact about a file, told to whoever opens it
    """Say that a file of state was written by something else, or by a newer version."""


def open_state(path: Path, schema: str) -> sqlite3.Connection:
    """Open the file and bring it to today's schema; one that is no such file is set aside."""
    try:
        return _opened(path, schema)
    except Unreadable as reason:
        set_aside(path, str(reason))
        return _opened(path, schema)


def set_aside(path: Path, reason: str) -> Path:
    """Rename a file of state out of the way, and say so in the log; return where it is now."""
    places = (path.with_name(f"{path.name}.set-aside-{number}") for number in count(1))
    place = next(place for place in places if not place.exists())
    for suffix in _SIDE_FILES:
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(place.with_name(place.name + suffix))
    _log.warning(
        "The paper exchange begins anew: its state in %s could not be read (%s) and is kept as %s.",
        path,
        reason,
        place.name,
    )
    return place


def _opened(path: Path, schema: str) -> sqlite3.Connection:
    database = sqlite3.connect(path)
    try:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise Unreadable(f"version {version}, this program knows {VERSION}")
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        database.executescript(schema)
        database.execute(f"PRAGMA user_version={VERSION}")
    except sqlite3.OperationalError:
        # Locked, full or forbidden: nothing is wrong with what is inside.
        database.close()
        raise
    except sqlite3.DatabaseError as failure:
        database.close()
        raise Unreadable(str(failure)) from failure
    except Unreadable:
        database.close()
        raise
    return database
