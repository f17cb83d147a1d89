"""Celery's broker made of files, for one machine: kombu's transport with atomic messages.

kombu opens a message's file under its final name and then writes it, so that a worker can take it
while it is still empty, and the worker ends with a JSON error. Here a message appears whole, by a
rename, and is taken by another rename that only one taker wins.
"""

from __future__ import annotations

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


class Transport(filesystem.Transport):
    """The transport of `tidewatch-files://`."""

    Channel = Channel


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
