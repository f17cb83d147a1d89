"""Threads of a worker: one with an event loop of its own, one that alone talks to the database."""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import connection

STOP_SECONDS = 5.0
P = ParamSpec("P")
Result = TypeVar("Result")


class LoopThread(threading.Thread, ABC):
    """Work that goes on from start() to stop(), in an event loop of its own."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.loop = asyncio.new_event_loop()
        self.task: asyncio.Task[None] | None = None

    @abstractmethod
    async def work(self) -> None:
        """Go on until cancelled; what has to be given back is given back in a `finally`."""

    def begin(self) -> None:  # noqa: B027 - not everybody has something to set up
        """Set the loop up, in the thread, before the work begins."""

    def end(self) -> None:  # noqa: B027
        """Close what the work used, in the thread, once it has ended."""

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.begin()
        self.task = self.loop.create_task(self.work())
        try:
            self.loop.run_until_complete(self.task)
        except asyncio.CancelledError:
            pass
        finally:
            self.end()
            self.loop.close()

    def stop(self) -> None:
        """Cancel the work and wait for its end; to be called from another thread."""

        def cancel() -> None:
            if self.task is not None:
                self.task.cancel()

        if self.is_alive():
            self.loop.call_soon_threadsafe(cancel)
            self.join(STOP_SECONDS)


class DatabaseThread:
    """One thread for a loop's work in the database: its connections stay and are closed there."""

    def __init__(self, name: str) -> None:
        self.pool = ThreadPoolExecutor(1, name)

    async def do(self, work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
        """Do a piece of work there and return what it returns; its errors are raised here."""

        def apart() -> Result:
            try:
                return work(*args, **kwargs)
            finally:
                # A kept connection would outlive a restart of the database.
                connection.close()

        return await asyncio.get_running_loop().run_in_executor(self.pool, apart)

    def shut_down(self) -> None:
        self.pool.shutdown()
