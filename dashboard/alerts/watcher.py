"""The watcher: a component of every worker, one of which compares live prices with the alerts.

It listens to the relay as the pages do, and only while somebody waits for a price. Its markets are
on its watch-set, so that the stream brings them although no page shows them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import TypeVar
from uuid import uuid4

from django.db import connection

from dashboard.accounts import database_lease
from dashboard.alerts import selectors, services
from dashboard.alerts.comparing import Comparing
from dashboard.alerts.models import PriceAlert, WatcherLease
from dashboard.live.events import QUOTES, WATCHES, MarketFlushed, hearing, publish

LEASE_NAME = "alerts"
LEASE = timedelta(seconds=6)
ROUND_SECONDS = 1.0
STOP_SECONDS = 5.0
RETRY_SECONDS = 1.0
Result = TypeVar("Result")
logger = logging.getLogger(__name__)


class Watcher(threading.Thread):
    """An event loop of its own, from start() to stop()."""

    def __init__(self) -> None:
        super().__init__(name="alerts", daemon=True)
        self.holder = uuid4()
        self.hub = f"alerts-{secrets.token_hex(6)}"
        self.comparing = Comparing()
        self.loop = asyncio.new_event_loop()
        self.task: asyncio.Task[None] | None = None
        # One thread, so that each connection to the database stays in it and is closed there.
        self.database = ThreadPoolExecutor(1, "alerts database")

    # --- from outside ---

    def stop(self) -> None:
        """End, and leave the lease to the next worker."""

        def cancel() -> None:
            if self.task is not None:
                self.task.cancel()

        if self.is_alive():
            self.loop.call_soon_threadsafe(cancel)
            self.join(STOP_SECONDS)

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.task = self.loop.create_task(self.keep_watching())
        try:
            self.loop.run_until_complete(self.task)
        except asyncio.CancelledError:
            pass
        finally:
            self.database.shutdown()
            self.loop.close()

    # --- in the loop ---

    async def keep_watching(self) -> None:
        """Watch for ever, through every failure of the database and the layer."""
        try:
            while True:
                try:
                    await self.watch()
                except Exception as exc:
                    logger.warning("the alerts are not watched: %s; trying again", exc)
                await asyncio.sleep(RETRY_SECONDS)
        finally:
            with contextlib.suppress(Exception):
                await asyncio.shield(self.in_database(self.release))

    async def watch(self) -> None:
        """Wait until the lease is ours and somebody waits for a price; then hear prices."""
        await self.refresh()
        if not self.comparing.symbols:
            return
        async with hearing(QUOTES) as receive:
            await self.say_symbols(wants_full=True)
            refresh_at = time.monotonic() + ROUND_SECONDS
            while self.comparing.symbols:
                await self.hear(receive, refresh_at)
                if time.monotonic() >= refresh_at:
                    await self.refresh()
                    await self.say_symbols()
                    refresh_at = time.monotonic() + ROUND_SECONDS

    async def hear(self, receive: Callable[[], Awaitable[MarketFlushed]], until: float) -> None:
        """Take one flush of the relay's, or note that none came."""
        with contextlib.suppress(TimeoutError):
            event = await asyncio.wait_for(receive(), max(0.0, until - time.monotonic()))
            for quote in event["quotes"]:
                for alert, price in self.comparing.reached_by(quote):
                    await self.in_database(partial(services.ring, alert, price))

    async def refresh(self) -> None:
        """Learn what is waited for; without the lease, that is nothing."""
        self.comparing.wait_for(await self.in_database(self.read_waiting))

    async def say_symbols(self, *, wants_full: bool = False) -> None:
        await publish(
            WATCHES,
            {
                "type": "watch.set",
                "hub": self.hub,
                "topics": self.comparing.symbols,
                "wants_full": wants_full,
            },
        )

    async def in_database(self, work: Callable[[], Result]) -> Result:
        def apart() -> Result:
            try:
                return work()
            finally:
                # A kept connection would outlive a restart of the database.
                connection.close()

        return await self.loop.run_in_executor(self.database, apart)

    # --- in the database's thread ---

    def read_waiting(self) -> list[PriceAlert]:
        if not database_lease.hold(WatcherLease, LEASE_NAME, self.holder, lasts=LEASE):
            return []
        return selectors.everyones_waiting()

    def release(self) -> None:
        database_lease.release(WatcherLease, LEASE_NAME, self.holder)
