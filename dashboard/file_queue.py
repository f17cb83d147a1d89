"""Celery's broker made of files, for one machine: kombu's transport with atomic messages.

kombu opens a message's file under its final name and then writes it, so that a worker can take it
while it is still empty, and the worker ends with a JSON error. Here a message appears whole, by a
rename, and is taken by another rename that only one taker wins. The table of queues, which kombu
empties before it has its lock, is replaced by a rename too: workers that start together read it.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

SCHEME = "tidewatch-files"


class Channel(filesystem.Channel):
    """A queue as a folder of messages, the oldest first."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        name = f"{time.time_ns():020}_{uuid4()}.{queue}.msg"
        draft = folder / f".{name}.draft"
        draft.write_text(dumps(payload))
        draft.rename(folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        folder = Path(self.data_folder_in)
        for name in sorted(os.listdir(folder)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = folder / f".{name}.taken"
            try:
                (folder / name).rename(taken)
            except FileNotFoundError:  # another worker was quicker
                continue
            text = taken.read_text()
            taken.unlink()
            return loads(text)
        raise Empty

    def _queue_bind(self, exchange: str, *names: str | None) -> None:
        bound = filesystem.exchange_queue_t(*(name or "" for name in names))
        table = self._table_of(exchange)
        with table.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            known = self.get_table(exchange)
            if bound not in known:
                draft = table.with_suffix(".draft")
                draft.write_text(dumps([bound, *known]))
                draft.rename(table)

    def get_table(self, exchange: str) -> list[filesystem.exchange_queue_t]:  # type: ignore[override]
        """Return what is bound to an exchange; nothing where nobody has bound anything."""
        try:
            known = loads(self._table_of(exchange).read_text())
        except FileNotFoundError:
            return []
        return [filesystem.exchange_queue_t(*each) for each in known]

    def _table_of(self, exchange: str) -> Path:
        table = Path(self._exchange_file(exchange))  # type: ignore[attr-defined] # not in the stubs
        table.parent.mkdir(exist_ok=True)
        return table


class Transport(filesystem.Transport):
    """The transport of `tidewatch-files://`."""

    Channel = Channel


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
