"""The relay: the exchange's stream in, conflated flushes out, by whoever holds the lease.

It subscribes to what the pages look at and to nothing else; other pairs ride on polled tickers.
All that it knows is in memory: a relay that starts anew has what pages show back from the exchange
within a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import zip_longest
from typing import Any

from django.conf import settings
from django.db import close_old_connections

from dashboard.live.conflation import Conflation, Flush
from dashboard.live.events import (
    QUOTES,
    VITALS,
    WATCHES,
    MarketFlushed,
    VitalsTold,
    WatchSet,
    hearing,
    patient,
    publish,
)
from dashboard.live.intake import Intake
from dashboard.live.lease import RENEW_SECONDS, RETRY_SECONDS, Lease, relay_lease
from dashboard.live.tickers import Polled, Tickers
from dashboard.live.vitals import Vitals, ages_of
from dashboard.live.wanted import Wanted
from exchange.errors import ExchangeError, RateLimited
from exchange.stream.client import StreamClient

# Between two flushes: as short as the eye can follow, and longer where a web process with many
# pages takes long to write one, so that flushes leave it three quarters of its time.
SHORTEST_FLUSH_MS = 33.0
LONGEST_FLUSH_MS = 100.0
FLUSH_SHARE = 4
BEACON_SECONDS = 1.0
FULL_SECONDS = 5.0
QUOTES_A_MESSAGE = 300  # a browser gets a write for each; a datagram holds about 500
PARTS_A_MESSAGE = 10
LAYER_RETRY_SECONDS = 0.5
logger = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another relay speaks now."""


class Relay:
    """One life of the relay: wait for the lease, lead until it is lost or stopped."""

    def __init__(self, tickers: Tickers) -> None:
        self.tickers = tickers
        self.lease: Lease = relay_lease()
        self.memory = Conflation()
        self.wanted = Wanted()
        self.news = asyncio.Event()
        self.stream = StreamClient(settings.EXCHANGE_STREAM_URL, on_event=self.take_in)
        self.intake = Intake(self.memory, self.stream)
        self.vitals = Vitals()
        self.number = 0
        self.sequence = 0
        # Epoch milliseconds that follow the monotonic clock: ages survive a step of the other.
        self.epoch = time.time() - time.monotonic()

    def now_ms(self) -> int:
        return round((self.epoch + time.monotonic()) * 1000)

    async def run(self) -> None:
        """Lead once, until cancelled, failed or deprived of the lease."""
        self.number = await self.await_lease()
        try:
            await self.lead()
        finally:
            await asyncio.shield(self.lease.release())
            self.tickers.close()

    async def await_lease(self) -> int:
        while True:
            number = await self.lease.acquire()
            if number is not None:
                logger.info("this relay leads (lease %s)", number)
                return number
            await asyncio.sleep(RETRY_SECONDS)

    async def lead(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.keep_lease())
                group.create_task(self.hear_watches())
                group.create_task(self.stream.run())
                group.create_task(self.poll_tickers())
                group.create_task(self.flush_news())
                group.create_task(self.keep_speaking())
        except* LeaseLost:
            logger.warning("another relay has taken the lease")

    async def keep_lease(self) -> None:
        while await self.lease.renew():
            await asyncio.sleep(RENEW_SECONDS)
        raise LeaseLost

    # --- in ---

    def take_in(self, event: Any) -> None:
        self.vitals.take(event)
        self.intake.take(event, self.now_ms())
        if self.memory.has_pending:
            self.news.set()

    async def hear_watches(self) -> None:
        """Hear what the pages look at, through every failure of the layer."""
        while True:
            try:
                async with hearing(WATCHES) as receive, patient(receive) as within:
                    while True:
                        await self.follow(within)
            except Exception:
                logger.exception("the relay lost the channel layer; trying again")
            await asyncio.sleep(LAYER_RETRY_SECONDS)

    async def follow(self, within: Callable[[float], Awaitable[WatchSet | None]]) -> None:
        """Take one watch-set, or note that a while passed without any."""
        event = await within(BEACON_SECONDS)
        if event is not None:
            self.wanted.say(
                event["hub"], event["topics"], time.monotonic(), event.get("flush_ms", 0.0)
            )
            if event["wants_full"]:
                self.memory.mark_all()
                self.news.set()
        self.intake.want(self.wanted.topics(time.monotonic()))

    async def poll_tickers(self) -> None:
        while True:
            pause = self.tickers.pause_seconds
            try:
                polled = await asyncio.to_thread(self.ask_tickers, *self.intake.looked_at())
            except ExchangeError as exc:
                if not self.intake.poll_reason:  # said once, not every few seconds
                    logger.warning("the tickers could not be polled: %s", exc)
                self.intake.miss_poll(exc)
                if isinstance(exc, RateLimited):
                    pause = max(pause, exc.wait_seconds)
            else:
                self.intake.take_polled(polled, self.now_ms())
                self.news.set()
            await asyncio.sleep(pause)

    def ask_tickers(self, watched: frozenset[str], streamed: frozenset[str]) -> Polled:
        """Ask once, in a thread that may be another each time: it keeps no database connection."""
        try:
            return self.tickers.poll(watched=watched, streamed=streamed)
        finally:
            close_old_connections()

    # --- out ---

    async def flush_news(self) -> None:
        """Send the first change at once, and what follows it together a moment later."""
        while True:
            await self.news.wait()
            self.news.clear()
            await self.flush()
            await asyncio.sleep(self.pause_ms() / 1000)
            if self.memory.has_pending:
                self.news.set()

    def pause_ms(self) -> float:
        """Return how long what follows a flush is gathered for the next one."""
        wished_ms = FLUSH_SHARE * self.wanted.flush_ms()
        return min(max(wished_ms, SHORTEST_FLUSH_MS), LONGEST_FLUSH_MS)

    async def keep_speaking(self) -> None:
        """Say every second that the relay lives, and everything it knows every five."""
        full_at = 0.0
        while True:
            if time.monotonic() >= full_at:
                full_at = time.monotonic() + FULL_SECONDS
                self.memory.mark_all()
                self.news.set()
            await self.send(self.message())
            await self.tell_vitals()
            await asyncio.sleep(BEACON_SECONDS)

    async def flush(self) -> None:
        """Send what is due, as a rule in one message: a browser gets one write for each."""
        flush = self.memory.take(self.now_ms())
        parts = {
            "quotes": batched(flush.quotes, QUOTES_A_MESSAGE),
            "books": batched(flush.books, PARTS_A_MESSAGE),
            "trades": batched(flush.trades, PARTS_A_MESSAGE),
            "candles": batched(flush.candles, PARTS_A_MESSAGE),
        }
        for batches in zip_longest(*parts.values(), fillvalue=[]):
            await self.send(self.message(**dict(zip(parts, batches, strict=True))))

    def message(self, **parts: Any) -> MarketFlushed:
        self.sequence += 1
        feed_age_ms = self.memory.feed_age_ms(self.now_ms(), is_streaming=bool(self.intake.wanted))
        event: MarketFlushed = {
            "type": "market.flushed",
            "number": self.number,
            "sequence": self.sequence,
            "feed_age_ms": feed_age_ms,
            "feed_reason": self.intake.reason,
            "quotes": [],
            "books": [],
            "trades": [],
            "candles": [],
        }
        return event | parts  # type: ignore[return-value]

    async def tell_vitals(self) -> None:
        """Say how the link is; whoever missed it hears it again a second later."""
        now_ms, memory = self.now_ms(), self.memory
        polled_ms, streamed_ms = memory.polled_ms, memory.streamed_ms
        event: VitalsTold = {
            "type": "vitals.told",
            "number": self.number,
            "channels": ages_of(self.intake.wanted, memory, now_ms),
            "last_frame_age_ms": None if streamed_ms is None else now_ms - streamed_ms,
            "last_poll_age_ms": None if polled_ms is None else now_ms - polled_ms,
            "failed_checksums": self.vitals.failed_checksums,
            "reconnects": self.vitals.reconnects,
            "dropped_flushes": self.vitals.dropped_flushes,
        }
        with contextlib.suppress(Exception):  # of a full or broken layer, flushes tell
            await publish(VITALS, event)

    async def send(self, event: MarketFlushed) -> None:
        """Send; what a full or broken layer refuses is marked to be sent again, or newer."""
        try:
            await publish(QUOTES, event)
        except Exception as exc:
            self.memory.give_back(
                Flush(
                    quotes=event["quotes"],
                    books=event["books"],
                    trades=event["trades"],
                    candles=event["candles"],
                )
            )
            self.news.set()
            self.vitals.dropped_flushes += 1
            logger.info("a flush was not taken: %s", type(exc).__name__)


def batched(values: Sequence[Any], size: int) -> list[list[Any]]:
    return [list(values[start : start + size]) for start in range(0, len(values), size)]
