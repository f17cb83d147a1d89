"""The relay as a component of a Celery worker: it starts and stops with the worker's pool.

Not a task: a task that never ends ignores SIGTERM, holds a slot, and is delivered twice.
Not a step of the consumer: that one restarts whenever the broker is lost.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from celery import bootsteps

from dashboard.accounts.exchange_api import read_api
from dashboard.live.relay import Relay
from dashboard.portfolio.selectors import held_markets
from dashboard.worker_threads import LoopThread

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
            self.thread.stop()
            self.thread = None

    terminate = stop


class RelayThread(LoopThread):
    """The relay; it is started again after any failure."""

    def __init__(self) -> None:
        super().__init__("relay")

    async def work(self) -> None:
        await keep_relaying()


async def keep_relaying() -> None:
    """Relay for ever: a worker that lives on without its relay would freeze every page."""
    while True:
        try:
            await Relay(read_api().tickers(held_markets)).run()
        except Exception:
            logger.exception("the relay failed; starting it again")
        await asyncio.sleep(RESTART_SECONDS)
