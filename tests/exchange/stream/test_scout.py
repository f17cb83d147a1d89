"""While no socket works, one tries for all: those that come to nothing are counted as well."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import serve
from websockets.datastructures import Headers
from websockets.http11 import Response

from exchange.stream import events
from exchange.stream.channels import Channel
from exchange.stream.pacing import Timing
from tests.exchange.stream.listening import running
from tests.exchange.stream.scripted import Exchange, Socket

MANY = [Channel.ticker(f"tAA{letter}USD") for letter in "ABCDEFGHIJ"]


@dataclass
class Door:
    """An exchange that can be away: then it turns away whoever comes."""

    url: str = ""
    is_away: bool = False
    exchange: Exchange = field(default_factory=Exchange)

    def answer(self, connection: Any, request: Any) -> Response | None:
        if not self.is_away:
            return None
        return Response(503, "No", Headers({"Content-Length": "0"}), b"")

    def cut(self, which: Callable[[Socket], bool] = lambda _: True) -> None:
        for socket in filter(which, self.exchange.sockets):
            socket.connection.transport.abort()


@asynccontextmanager
async def opened(*, is_away: bool = False) -> AsyncIterator[Door]:
    door = Door(is_away=is_away)
    async with serve(door.exchange.serve_one, "127.0.0.1", 0, process_request=door.answer) as made:
        port = next(iter(made.sockets)).getsockname()[1]
        door.url = f"ws://127.0.0.1:{port}/ws/2"
        yield door


async def test_while_nothing_works_one_socket_tries_for_all():
    async with opened() as door, running(door.url, MANY, channels_per_socket=2) as (_, listener):
        await listener.count(events.TickerUpdated, len(MANY))
        door.is_away = True
        door.cut()
        lost = await listener.count(events.Disconnected, 5 + 5)
        door.is_away = False
        await listener.count(events.TickerUpdated, 2 * len(MANY))

    tried = {told.channels for told in lost if told.reason == "no connection: InvalidStatus"}
    assert len(tried) == 1


async def test_a_socket_that_is_no_longer_needed_tries_for_nobody():
    wanted = MANY[:4]
    async with (
        opened(is_away=True) as door,
        running(door.url, wanted, channels_per_socket=2) as (client, listener),
    ):
        tried = (await listener.count(events.Disconnected, 4))[-1].channels
        left = [channel for channel in wanted if channel not in tried]
        client.want(left)
        door.is_away = False
        await listener.count(events.TickerUpdated, len(left))


async def test_a_socket_that_lasts_without_a_word_holds_up_no_other():
    timing = Timing(first_delay=0.01, longest_delay=0.05, tick=0.02, settled_after=0.1)
    async with opened() as door:
        silent = door.exchange.silent = set(MANY[:2])
        async with running(door.url, MANY[:4], timing, channels_per_socket=2) as (_, listener):
            await listener.count(events.TickerUpdated, 2)
            # The one that will hear nothing falls first, and so tries for both.
            door.cut(lambda socket: set(socket.asked_for) <= silent)
            await listener.count(events.Disconnected, 1)
            door.cut()
            await listener.count(events.TickerUpdated, 4)
