"""The watcher: a component of every worker, one of which compares live prices with the alerts.

It listens to the relay as the pages do, and only while somebody waits for a price. Its markets are
on its watch-set, so that the stream brings them although no page shows them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

from dashboard.accounts import database_lease
from dashboard.alerts import selectors, services
from dashboard.alerts.comparing import Comparing
from dashboard.alerts.models import PriceAlert, WatcherLease
from dashboard.live.events import QUOTES, WATCHES, MarketFlushed, hearing, patient, publish
from dashboard.worker_threads import DatabaseThread, LoopThread

LEASE_NAME = "alerts"
LEASE = timedelta(seconds=6)
ROUND_SECONDS = 1.0
RETRY_SECONDS = 1.0
logger = logging.getLogger(__name__)


class Watcher(LoopThread):
    """Wait for prices, from start() to stop(); the lease is then left to the next worker."""

    def __init__(self) -> None:
        super().__init__("alerts")
        self.holder = uuid4()
        self.hub = f"alerts-{secrets.token_hex(6)}"
        self.comparing = Comparing()
        self.database = DatabaseThread("alerts database")

    def end(self) -> None:
        self.database.shut_down()

    # --- in the loop ---

    async def work(self) -> None:
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
                await asyncio.shield(self.database.do(self.release))

    async def watch(self) -> None:
        """Wait until the lease is ours and somebody waits for a price; then hear prices."""
        await self.refresh()
        if not self.comparing.symbols:
            return
        async with hearing(QUOTES) as receive, patient(receive) as within:
            await self.say_symbols(wants_full=True)
            refresh_at = time.monotonic() + ROUND_SECONDS
            while self.comparing.symbols:
                await self.hear(within, refresh_at)
                if time.monotonic() >= refresh_at:
                    await self.refresh()
                    await self.say_symbols()
                    refresh_at = time.monotonic() + ROUND_SECONDS

    async def hear(
        self, within: Callable[[float], Awaitable[MarketFlushed | None]], until: float
    ) -> None:
        """Take one flush of the relay's, or note that none came."""
        event = await within(max(0.0, until - time.monotonic()))
        for quote in event["quotes"] if event is not None else ():
            for alert, price in self.comparing.reached_by(quote):
                await self.database.do(services.ring, alert, price)

    async def refresh(self) -> None:
        """Learn what is waited for; without the lease, that is nothing."""
        self.comparing.wait_for(await self.database.do(self.read_waiting))

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

    # --- in the database's thread ---

    def read_waiting(self) -> list[PriceAlert]:
        if not database_lease.hold(WatcherLease, LEASE_NAME, self.holder, lasts=LEASE):
            return []
        return selectors.everyones_waiting()

    def release(self) -> None:
        database_lease.release(WatcherLease, LEASE_NAME, self.holder)
