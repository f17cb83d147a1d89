"""The relay as a component of a Celery worker: it starts and stops with the worker's pool.

Not a task: a task that never ends ignores SIGTERM, holds a slot, and is delivered twice.
Not a step of the consumer: that one restarts whenever the broker is lost.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any

from celery import bootsteps

from dashboard.accounts.exchange_api import read_api
from dashboard.live.relay import Relay
from dashboard.portfolio.selectors import held_markets

STOP_SECONDS = 5.0
RESTART_SECONDS = 1.0
logger = logging.getLogger(__name__)


class RelayStep(bootsteps.StartStopStep):
    """Started by `--relay`; stopped before the pool drains, so that prices end first."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, parent: Any, relay: bool = False, **options: Any) -> None:
        self.enabled = relay
        self.thread: RelayThread | None = None
        super().__init__(parent, **options)

    def include_if(self, parent: Any) -> bool:
        return self.enabled

    def start(self, parent: Any) -> None:
        self.thread = RelayThread()
        self.thread.start()

    def stop(self, parent: Any) -> None:
        if self.thread is not None:
            self.thread.shut_down()
            self.thread = None

    terminate = stop


class RelayThread(threading.Thread):
    """An event loop of its own; the relay in it is started again after any failure."""

    def __init__(self) -> None:
        super().__init__(name="relay", daemon=True)
        self.loop = asyncio.new_event_loop()
        self.task: asyncio.Task[None] | None = None

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.task = self.loop.create_task(keep_relaying())
        try:
            self.loop.run_until_complete(self.task)
        except asyncio.CancelledError:
            pass
        finally:
            self.loop.close()

    def shut_down(self) -> None:
        def cancel() -> None:
            if self.task is not None:
                self.task.cancel()

        if self.is_alive():
            self.loop.call_soon_threadsafe(cancel)
            self.join(STOP_SECONDS)


async def keep_relaying() -> None:
    """Relay for ever: a worker that lives on without its relay would freeze every page."""
    while True:
        try:
            await Relay(read_api().tickers(held_markets)).run()
        except Exception:
            logger.exception("the relay failed; starting it again")
        await asyncio.sleep(RESTART_SECONDS)
