"""The contract of the channel layer: every message that travels on it, and who sends it.

Money travels as plain decimal strings, ages as milliseconds at the time of sending. Any message
may be lost; each carries newest values or a hint, and a full set of quotes follows every 5 s.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Literal, NotRequired, TypedDict

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from dashboard.live.candles import CandlesValues

QUOTES = "quotes"  # relay → hubs
VITALS = "vitals"  # relay → hubs
WATCHES = "watches"  # hubs → relay
PEOPLE = "people"  # whoever changes a person's truth → hubs
ACCOUNTS = "accounts"  # whoever hears an account's stream → hubs

What = Literal["balances-changed", "orders-changed", "alerts-changed", "signed-out"]
ChannelAge = tuple[str, int | None]  # "trades:tBTCUSD", and how long ago it spoke
logger = logging.getLogger(__name__)


class QuoteValues(TypedDict):
    """One symbol's newest values; None where the exchange has not said yet.

    `standing` is there while nobody can trade: a value of `dashboard.live.quotes.Standing`.
    """

    symbol: str
    last: str | None
    bid: str | None
    ask: str | None
    change: str | None
    volume: str | None
    high: str | None
    low: str | None
    at_ms: int | None
    age_ms: int
    is_streamed: bool
    standing: NotRequired[str]


class BookValues(TypedDict):
    """Rows are [price, amount, count], best first, amounts positive.

    `checked_age_ms` is how long ago a checksum held, None where none came yet; one that did not
    hold makes the book broken until it comes whole again.
    """

    symbol: str
    precision: str
    bids: list[tuple[str, str, int]]
    asks: list[tuple[str, str, int]]
    at_ms: int
    age_ms: int
    checked_age_ms: int | None
    is_broken: bool


class TradesValues(TypedDict):
    """Rows are [id, time in ms, amount (negative: sold), price], newest first."""

    symbol: str
    trades: list[tuple[int, int, str, str]]
    at_ms: int
    age_ms: int


class MarketFlushed(TypedDict):
    """What changed since the last flush; `number` is the relay's lease, `sequence` its count."""

    type: Literal["market.flushed"]
    number: int
    sequence: int
    feed_age_ms: int | None
    feed_reason: str
    quotes: list[QuoteValues]
    books: list[BookValues]
    trades: list[TradesValues]
    candles: list[CandlesValues]


class VitalsTold(TypedDict):
    """How the relay's link to the exchange is, for machines that ask. Ages are milliseconds.

    The counts are of what happened since this relay took the lease.
    """

    type: Literal["vitals.told"]
    number: int
    channels: list[ChannelAge]
    last_frame_age_ms: int | None
    last_poll_age_ms: int | None
    failed_checksums: int
    reconnects: int
    dropped_flushes: int


class WatchSet(TypedDict):
    """Everything that the pages of one web process look at; forgotten unless said again.

    `flush_ms` is what one flush costs a process with pages, so that the relay can speak less often
    to one that is busy with many.
    """

    type: Literal["watch.set"]
    hub: str
    topics: list[str]
    wants_full: bool
    flush_ms: NotRequired[float]


class PersonChanged(TypedDict):
    """A person's balances or orders changed in the database: their pages fetch them again."""

    type: Literal["person.changed"]
    user: int
    what: What


class AccountHeard(TypedDict):
    """How old the last word on an account's stream is, and why there is none, if so."""

    type: Literal["account.heard"]
    user: int
    account: int
    age_ms: int | None
    reason: str


Event = MarketFlushed | VitalsTold | WatchSet | PersonChanged | AccountHeard


async def publish(group: str, event: Event) -> None:
    """Send an event to a group. Raises ChannelFull or the layer's own errors."""
    layer: Any = get_channel_layer()
    await layer.group_send(group, event)


@contextlib.asynccontextmanager
async def hearing(group: str) -> AsyncIterator[Callable[[], Awaitable[Any]]]:
    """Join a group with a channel of its own; gives what waits for the next event."""
    layer: Any = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group, channel)
    try:
        yield lambda: layer.receive(channel)
    finally:
        # A layer that is down forgets us by itself.
        with contextlib.suppress(Exception):
            await layer.group_discard(group, channel)
        with contextlib.suppress(Exception):
            if hasattr(layer, "close_channel"):
                await layer.close_channel(channel)


@contextlib.asynccontextmanager
async def patient(
    receive: Callable[[], Awaitable[Any]],
) -> AsyncIterator[Callable[[float], Awaitable[Any]]]:
    """Give what waits so many seconds for the next event, and returns None where none has come.

    The waiting itself goes on from one call to the next. The layer over Redis takes a wait that was
    cancelled for the end of its channel, and tells the log if it is cancelled once more meanwhile.
    """
    pending: asyncio.Future[Any] | None = None

    async def within(seconds: float) -> Any:
        nonlocal pending
        if pending is None:
            pending = asyncio.ensure_future(receive())
        await asyncio.wait({pending}, timeout=seconds)
        if not pending.done():
            return None
        heard, pending = pending, None
        return heard.result()

    try:
        yield within
    finally:
        if pending is not None:
            pending.cancel()
            await asyncio.wait({pending})
            if not pending.cancelled():
                pending.exception()  # whatever came of it, nobody waits for it any more


def tell_person(user_id: int, what: What) -> None:
    """Hint to every open page of a person; call it once the database holds the truth.

    Never raises: pages also fetch the truth by themselves when they reconnect.
    """
    tell(PEOPLE, {"type": "person.changed", "user": user_id, "what": what})


def tell(group: str, event: PersonChanged | AccountHeard) -> None:
    """Send an event from code that does not await. Never raises."""
    try:
        async_to_sync(publish)(group, event)
    except Exception:  # the layer may be any of several servers, with errors of their own
        hint = event.get("what", event["type"])
        logger.warning("the hint %s was not sent: the channel layer is down", hint)
