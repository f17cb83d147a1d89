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
from typing import Any, Protocol

from channels.exceptions import ChannelFull

from dashboard.live import drawing, fragments
from dashboard.live.arrivals import quote_from, store
from dashboard.live.board import board
from dashboard.live.events import (
    ACCOUNTS,
    PEOPLE,
    QUOTES,
    WATCHES,
    AccountHeard,
    MarketFlushed,
    PersonChanged,
    WatchSet,
    hearing,
    publish,
)
from dashboard.live.sessions import living_sessions
from dashboard.live.watching import name_in, split_topic

SAY_AGAIN_SECONDS = 3.0  # the relay forgets what is not said for three of these
RETRY_SECONDS = 1.0
BEACON_SECONDS = 1.0
SESSION_SECONDS = 30.0
SIGNED_OUT = 4401  # a close code that the page does not answer by coming back
MOST_WAITING = 128 * 1024  # bytes a page may leave unread before it is spared all but the newest
logger = logging.getLogger(__name__)


class Door(Protocol):
    """An open page, as the hub sees it."""

    user_id: int
    session_key: str

    async def send_text(self, text: str) -> None: ...

    async def close(self, code: int) -> None: ...

    def waiting_bytes(self) -> int:
        """Return how much of what was written has not left this process yet."""


class Hub:
    """Open pages by what they watch, and the loops that feed them."""

    def __init__(self) -> None:
        self.name = secrets.token_hex(6)
        self.watches: dict[Door, frozenset[str]] = {}
        self.behind: set[Door] = set()  # pages that read more slowly than prices change
        self.tasks: set[asyncio.Task[None]] = set()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.number = 0
        self.sequence = 0
        self.beacon_sent = 0.0

    # --- pages ---

    async def join(self, door: Door) -> None:
        self.watches[door] = frozenset()
        await self.write([door], self.everything(()))

    async def watch(self, door: Door, topics: frozenset[str]) -> None:
        """Replace what a page looks at, and show it at once what is known of the new part."""
        if door not in self.watches:
            return
        new = topics - self.watches[door]
        self.watches[door] = topics
        if new - self.union(besides=door):
            await self.say_watches()
        if shown := self.newest_of(new):
            await self.write([door], fragments.sent(time.monotonic()) + shown)

    def leave(self, door: Door) -> None:
        self.watches.pop(door, None)
        self.behind.discard(door)

    def union(self, besides: Door | None = None) -> set[str]:
        """Return everything that any page looks at."""
        sets = (topics for door, topics in self.watches.items() if door is not besides)
        return set().union(*sets)

    # --- from the layer ---

    async def market_flushed(self, event: MarketFlushed) -> None:
        """Take in the relay's newest values and write what changed to whoever looks at it."""
        if event["number"] < self.number:
            return  # a relay that was paused and does not know it was replaced
        is_gap = event["number"] > self.number or event["sequence"] != self.sequence + 1
        self.number, self.sequence = event["number"], event["sequence"]
        changes = self.take_in(event)
        await self.write_changes(changes, beacon=self.due_beacon())
        if is_gap:
            await self.say_watches(wants_full=True)

    async def person_changed(self, event: PersonChanged) -> None:
        doors = [door for door in self.watches if door.user_id == event["user"]]
        if event["what"] == "signed-out":
            await self.close_signed_out(doors)
        else:
            await self.write(doors, fragments.hint(event["what"]))

    async def account_heard(self, event: AccountHeard) -> None:
        """Tell a person's pages how old the last word on an account's stream is."""
        doors = [door for door in self.watches if door.user_id == event["user"]]
        if doors:
            text = fragments.account_feed(event["account"], event["age_ms"], event["reason"])
            await self.write(doors, fragments.sent(time.monotonic()) + text)

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
        watched = self.union()
        changes = {}
        for values in event["quotes"]:
            quote = quote_from(values)
            if quote.symbol in watched:
                changes[quote.symbol] = fragments.quote(quote, board.quote(quote.symbol))
            board.replace_quotes([quote])
        for topic in store(event):
            if topic in watched:
                changes[topic] = self.newest(topic)
        board.hear_relay(event["feed_age_ms"], event["feed_reason"])
        return changes

    def newest(self, topic: str) -> str:
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
        quote = board.quote(symbol)
        return fragments.quote(quote) if quote else ""

    def due_beacon(self) -> str:
        now = time.monotonic()
        if now - self.beacon_sent < BEACON_SECONDS:
            return ""
        self.beacon_sent = now
        return fragments.feed(board.feed())

    async def write_changes(self, changes: dict[str, str], beacon: str) -> None:
        doors_by_set: dict[frozenset[str], list[Door]] = {}
        for door, topics in self.watches.items():
            doors_by_set.setdefault(topics, []).append(door)
        for topics, doors in doors_by_set.items():
            text = "".join(changes[topic] for topic in changes if topic in topics) + beacon
            if text:
                await self.write_news(doors, text)

    async def write_news(self, doors: Iterable[Door], text: str) -> None:
        """Write newest values; a page that is behind gets none until it has read what it has."""
        stamped = fragments.sent(time.monotonic()) + text
        for door in doors:
            waiting = door.waiting_bytes()
            if waiting > MOST_WAITING:
                self.behind.add(door)
            elif door in self.behind and waiting == 0:
                self.behind.discard(door)
                await self.write([door], self.everything(self.watches[door]))
            elif door not in self.behind:
                await self.write([door], stamped)

    def everything(self, topics: Iterable[str]) -> str:
        """Return all that is known of some topics, as it stands now."""
        opening = fragments.sent(time.monotonic()) + fragments.feed(board.feed())
        return opening + self.newest_of(topics)

    def newest_of(self, topics: Iterable[str]) -> str:
        return "".join(self.newest(topic) for topic in sorted(topics))

    async def write(self, doors: Iterable[Door], text: str) -> None:
        for door in list(doors):
            try:
                await door.send_text(text)
            except Exception:  # whatever the server raises, only this page is lost
                logger.info("a page went away while it was written to")
                self.leave(door)

    # --- loops ---

    def ensure_started(self) -> None:
        """Start the hub's loops in the running event loop, once."""
        loop = asyncio.get_running_loop()
        if self.loop is loop:
            return
        self.loop = loop
        self.tasks = {
            loop.create_task(self.hear(QUOTES, self.market_flushed), name="hub quotes"),
            loop.create_task(self.hear(PEOPLE, self.person_changed), name="hub people"),
            loop.create_task(self.hear(ACCOUNTS, self.account_heard), name="hub accounts"),
            loop.create_task(self.keep_saying_watches(), name="hub watches"),
            loop.create_task(self.keep_checking_sessions(), name="hub sessions"),
        }

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.tasks, self.loop = set(), None

    async def hear(self, group: str, take: Callable[[Any], Awaitable[None]]) -> None:
        """Receive from a group for ever, through every failure of the layer."""
        while True:
            try:
                async with hearing(group) as receive:
                    while True:
                        await take(await receive())
            except Exception:
                logger.exception("the hub lost the channel layer; trying again")
            await asyncio.sleep(RETRY_SECONDS)

    async def say_watches(self, *, wants_full: bool = False) -> None:
        """Tell the relay what the pages of this process look at."""
        event: WatchSet = {
            "type": "watch.set",
            "hub": self.name,
            "topics": sorted(self.union()),
            "wants_full": wants_full,
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
                await self.close_signed_out(self.watches)
            except Exception:
                logger.exception("sessions could not be checked; trying again")

    async def keep_saying_watches(self) -> None:
        wants_full = True
        while True:
            await self.say_watches(wants_full=wants_full)
            wants_full = False
            await asyncio.sleep(SAY_AGAIN_SECONDS)


hub = Hub()
Application = Callable[[Any, Any, Any], Awaitable[None]]


def with_hub(application: Application) -> Application:
    """Wrap an ASGI application so that the first request starts the hub in its loop."""

    async def application_with_hub(scope: Any, receive: Any, send: Any) -> None:
        hub.ensure_started()
        await application(scope, receive, send)

    return application_with_hub
