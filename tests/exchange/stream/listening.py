"""A running client of public channels, and everything that it tells."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from exchange.stream import events
from exchange.stream.channels import Channel
from exchange.stream.client import StreamClient
from exchange.stream.driver import Driver
from exchange.stream.pacing import Timing

PATIENT = Timing(first_delay=0.01, longest_delay=0.05, tick=0.02)

E = TypeVar("E", bound=events.Event)


class Listener:
    """Everything a client told, and a way to wait for what it will tell."""

    def __init__(self) -> None:
        self.heard: list[events.Event] = []
        self._news = asyncio.Event()

    def __call__(self, event: events.Event) -> None:
        self.heard.append(event)
        self._news.set()

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.heard if isinstance(event, kind)]

    async def until(self, fact: Callable[[], Any]) -> None:
        async with asyncio.timeout(20):
            while not fact():
                self._news.clear()
                await self._news.wait()

    async def count(self, kind: type[E], number: int = 1) -> list[E]:
        """Wait for so many events of a kind and return them."""
        await self.until(lambda: len(self.all(kind)) >= number)
        return self.all(kind)


@asynccontextmanager
async def running(
    url: str, wanted: list[Channel], timing: Timing = PATIENT, **options: Any
) -> AsyncIterator[tuple[StreamClient, Listener]]:
    listener = Listener()
    client = StreamClient(url, on_event=listener, timing=timing, **options)
    client.want(wanted)
    task = asyncio.create_task(client.run())
    try:
        yield client, listener
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def ticks(client: Driver, number: int) -> None:
    """Let the client's own loop turn so many times."""
    for _ in range(number):
        await asyncio.sleep(client.timing.tick)
