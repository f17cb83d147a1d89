"""One hub per web process: it hears the relay once and writes to every browser.

Each changed symbol is drawn once per flush, each distinct watch-set is joined once, and a
browser costs one write. Channels' own way costs a queue and a task per browser and message.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from channels.exceptions import ChannelFull

from dashboard.live import drawing, fragments
from dashboard.live.arrivals import store
from dashboard.live.audience import Audience, Door
from dashboard.live.board import board
from dashboard.live.delivery import Delivery
from dashboard.live.events import (
    ACCOUNTS,
    PEOPLE,
    QUOTES,
    VITALS,
    WATCHES,
    AccountHeard,
    MarketFlushed,
    PersonChanged,
    VitalsTold,
    WatchSet,
    hearing,
    publish,
)
from dashboard.live.sessions import living_sessions
from dashboard.live.told import ToldQuote
from dashboard.live.watching import name_in, split_topic

SAY_AGAIN_SECONDS = 3.0  # the relay forgets what is not said for three of these
RETRY_SECONDS = 1.0
BEACON_SECONDS = 1.0
SESSION_SECONDS = 30.0
SIGNED_OUT = 4401  # a close code that the page does not answer by coming back
COST_SHARE = 0.2  # how much the cost of the newest flush weighs against those before
logger = logging.getLogger(__name__)


class Hub:
    """Open pages, and the loops that feed them."""

    def __init__(self) -> None:
        self.name = secrets.token_hex(6)
        self.audience = Audience()
        self.delivery = Delivery(self.audience, newest, lambda: fragments.feed(board.feed()))
        self.tasks: set[asyncio.Task[None]] = set()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.number = 0
        self.sequence = 0
        self.beacon_sent = 0.0
        self.flushed_at: float | None = None  # on the monotonic clock
        self.flush_ms = 0.0  # what a flush costs this process, of late

    # --- pages ---

    def join(self, door: Door) -> None:
        self.audience.join(door)
        self.delivery.greet(door)

    async def watch(self, door: Door, topics: frozenset[str]) -> None:
        """Replace what a page looks at, and show it at once what is known of the new part."""
        if door not in self.audience:
            return
        is_news = not all(map(self.audience.looks_at, topics))
        new = self.audience.watch(door, topics)
        if new:
            self.delivery.show(door, new)
        if is_news:
            await self.say_watches()

    def leave(self, door: Door) -> None:
        self.audience.leave(door)
        self.delivery.forget(door)

    # --- from the layer ---

    async def market_flushed(self, event: MarketFlushed) -> None:
        """Take in the relay's newest values and write what changed to whoever looks at it."""
        if event["number"] < self.number:
            return  # a relay that was paused and does not know it was replaced
        is_gap = event["number"] > self.number or event["sequence"] != self.sequence + 1
        self.number, self.sequence = event["number"], event["sequence"]
        started = time.perf_counter()
        self.delivery.write_changes(self.take_in(event), beacon=self.due_beacon())
        cost_ms = (time.perf_counter() - started) * 1000
        self.flushed_at = time.monotonic()
        self.flush_ms += COST_SHARE * (cost_ms - self.flush_ms)
        if is_gap:
            await self.say_watches(wants_full=True)

    async def vitals_told(self, event: VitalsTold) -> None:
        if event["number"] >= self.number:
            board.hear_vitals(event)

    async def person_changed(self, event: PersonChanged) -> None:
        doors = self.audience.of(event["user"])
        if event["what"] == "signed-out":
            await self.close_signed_out(doors)
            return
        for door in doors:
            self.delivery.tell(door, event["what"], fragments.hint(event["what"]))

    async def account_heard(self, event: AccountHeard) -> None:
        """Tell a person's pages how old the last word on an account's stream is."""
        text = fragments.account_feed(event["account"], event["age_ms"], event["reason"])
        stamped = fragments.sent(time.monotonic()) + text
        for door in self.audience.of(event["user"]):
            self.delivery.tell(door, f"account {event['account']}", stamped)

    async def close_signed_out(self, doors: Iterable[Door]) -> None:
        """Close the pages whose session has ended; it may have ended elsewhere, or by time."""
        doors = list(doors)
        alive = await living_sessions({door.session_key for door in doors})
        for door in doors:
            if door.session_key not in alive:
                await door.close(SIGNED_OUT)

    # --- drawing ---

    def take_in(self, event: MarketFlushed) -> dict[str, str]:
        """Store the values on the board and return the fragment of each watched topic."""
        changes = {}
        arrived = time.monotonic()
        for values in event["quotes"]:
            symbol, told = values["symbol"], ToldQuote(values, arrived)
            if self.audience.looks_at(symbol):
                changes[symbol] = fragments.quote(told, board.told(symbol))
            board.hear_quote(told)
        for topic in store(event):
            if self.audience.looks_at(topic):
                changes[topic] = newest(topic)
        board.hear_relay(event["feed_age_ms"], event["feed_reason"])
        return changes

    def due_beacon(self) -> str:
        now = time.monotonic()
        if now - self.beacon_sent < BEACON_SECONDS:
            return ""
        self.beacon_sent = now
        return fragments.feed(board.feed())

    # --- loops ---

    def ensure_started(self) -> None:
        """Start the hub's loops in the running event loop, once."""
        loop = asyncio.get_running_loop()
        if self.loop is loop:
            return
        self.loop = loop
        self.tasks = {
            loop.create_task(self.hear(QUOTES, self.market_flushed), name="hub quotes"),
            loop.create_task(self.hear(VITALS, self.vitals_told), name="hub vitals"),
            loop.create_task(self.hear(PEOPLE, self.person_changed), name="hub people"),
            loop.create_task(self.hear(ACCOUNTS, self.account_heard), name="hub accounts"),
            loop.create_task(self.keep_saying_watches(), name="hub watches"),
            loop.create_task(self.keep_checking_sessions(), name="hub sessions"),
        }

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.delivery.stop()
        self.tasks, self.loop = set(), None

    async def hear(self, group: str, take: Callable[[Any], Awaitable[None]]) -> None:
        """Receive from a group for ever, through every failure of the layer."""
        while True:
            try:
                async with hearing(group) as receive:
                    while True:
                        await take(await receive())
                        # What waits is received at once: pages must get their turn all the same.
                        await asyncio.sleep(0)
            except Exception:
                logger.exception("the hub lost the channel layer; trying again")
            await asyncio.sleep(RETRY_SECONDS)

    async def say_watches(self, *, wants_full: bool = False) -> None:
        """Tell the relay what the pages of this process look at."""
        event: WatchSet = {
            "type": "watch.set",
            "hub": self.name,
            "topics": self.audience.union(),
            "wants_full": wants_full,
            "flush_ms": self.flush_ms,
        }
        try:
            await publish(WATCHES, event)
        except ChannelFull:
            logger.info("the relay is busy; it will be told again")
        except Exception:
            logger.warning("the relay could not be told what is watched; trying again")

    async def keep_checking_sessions(self) -> None:
        while True:
            await asyncio.sleep(SESSION_SECONDS)
            try:
                await self.close_signed_out(self.audience.sets)
            except Exception:
                logger.exception("sessions could not be checked; trying again")

    async def keep_saying_watches(self) -> None:
        wants_full = True
        while True:
            await self.say_watches(wants_full=wants_full)
            wants_full = False
            await asyncio.sleep(SAY_AGAIN_SECONDS)


def newest(topic: str) -> str:
    """Return all that is known of a topic, "" when that is nothing."""
    kind, symbol = split_topic(topic)
    if kind == "book":
        book = board.book(name_in(topic))
        return drawing.book(symbol, book) if book else ""
    if kind == "trades":
        trades = board.trades(symbol)
        return drawing.trades(symbol, trades) if trades else ""
    if kind == "candles":
        candles = board.candles(topic)
        return fragments.candles(candles) if candles else ""
    told = board.told(symbol)
    return fragments.quote(told) if told else ""


hub = Hub()
Application = Callable[[Any, Any, Any], Awaitable[None]]


def with_hub(application: Application) -> Application:
    """Wrap an ASGI application so that the first request starts the hub in its loop."""

    async def application_with_hub(scope: Any, receive: Any, send: Any) -> None:
        hub.ensure_started()
        await application(scope, receive, send)

    return application_with_hub
