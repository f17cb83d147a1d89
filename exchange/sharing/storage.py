"""One small SQLite file shared by the threads and processes of a host."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class SharedFile:
    """Hold this process's connection to a SQLite file, for one short transaction at a time.

    Nothing in it is worth a disk flush per call: what a power cut may lose is made good by the
    clock, which goes on meanwhile. Every method raises sqlite3.Error.
    """

    def __init__(
        self,
        path: Path | str,
        schema: str,
        *,
        busy_seconds: float = 5.0,
        process: Callable[[], int] = os.getpid,
    ) -> None:
        self._path = Path(path)
        self._schema = schema
        self._busy_seconds = busy_seconds
        self._current_process = process
        self._process = process()
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._inherited: list[sqlite3.Connection] = []

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Run the block with the connection, outside any transaction."""
        self._notice_fork()
        with self._lock:
            yield self._opened()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Run the block in a transaction that holds the file's write lock from its start."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def close(self) -> None:
        """Close the connection; the next use opens another."""
        self._notice_fork()
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _notice_fork(self) -> None:
        if self._process == self._current_process():
            return
        self._lock = threading.Lock()
        if self._connection is not None:
            # SQLite forbids touching a connection made before a fork, and closing is touching.
            self._inherited.append(self._connection)
            self._connection = None
        self._process = self._current_process()

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self._path,
            timeout=self._busy_seconds,
            isolation_level=None,
            check_same_thread=False,
        )
        self._lay_out(connection)
        return connection

    def _lay_out(self, connection: sqlite3.Connection) -> None:
        give_up_at = time.monotonic() + 2 * self._busy_seconds
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.executescript(self._schema)
                return
            except sqlite3.OperationalError:
                # Changing the journal does not wait for other processes that are at it too.
                if time.monotonic() > give_up_at:
                    connection.close()
                    raise
                time.sleep(0.01)
