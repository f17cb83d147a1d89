"""F82: many open pages lose their web process at once, and come back as their script does."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import time
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from tests.product.hostile_frames import WATCH, Address
from tests.product.hostile_trial import address_of, web_pid
from tests.product.running import Tidewatch

PATIENCE_SECONDS = 90
HANDSHAKE_SECONDS = 30
NOTHING = b'{"watch": []}'
QUOTE = "data-quote="


def delay(tries: int) -> float:
    """Return the seconds until a page tries again, as static/js/socket.js draws them."""
    return random.uniform(min(0.5 * 2**tries, 3), min(5 + tries, 7))  # noqa: S311


@dataclass(slots=True)
class Storm:
    """What the pages met: when each had a price again, and how long each handshake took.

    failed: handshakes that a server which answered others did not finish, each with its reason.
    Times are in seconds.
    """

    handshakes: list[float] = field(default_factory=list)
    live_at: dict[int, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    first_at: float = 0.0
    all_live: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def back_seconds(self) -> float:
        """Return how long after the first page the last one had a price."""
        return max(self.live_at.values()) - self.first_at

    def opened(self, began: float) -> None:
        self.first_at = self.first_at or time.monotonic()
        self.handshakes.append(time.monotonic() - began)

    def refused(self, problem: Exception) -> None:
        """Note what went wrong, unless it is that no server listens yet."""
        if self.first_at or isinstance(problem, InvalidStatus):
            self.failed.append(f"{type(problem).__name__}: {problem}")


class Pages:
    """As many pages as one wants, each of which watches a price until it has it."""

    def __init__(self, address: Address, count: int) -> None:
        self.address = address
        self.count = count
        self.storm = Storm()

    async def live(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.storm.all_live.wait()

    async def page(self, number: int) -> None:
        tries = 0
        while True:
            await asyncio.sleep(delay(tries))
            tries += 1
            socket = await self.open()
            if socket is not None:
                await self.watch(socket, number)
                tries = 0

    async def open(self) -> ClientConnection | None:
        began = time.monotonic()
        try:
            socket = await connect(
                f"ws://localhost:{self.address.port}/live/",
                origin=f"http://localhost:{self.address.port}",  # type: ignore[arg-type]
                additional_headers={"Cookie": self.address.cookie},
                compression=None,
                open_timeout=HANDSHAKE_SECONDS,
            )
        except (OSError, InvalidHandshake, TimeoutError) as exc:
            self.storm.refused(exc)
            return None
        self.storm.opened(began)
        return socket

    async def watch(self, socket: ClientConnection, number: int) -> None:
        """Stay for as long as the socket does."""
        storm = self.storm  # what comes late over an old socket is no news of the new storm
        with contextlib.suppress(ConnectionClosed):
            async with socket:
                await socket.send(WATCH.decode())
                async for text in socket:
                    if QUOTE in str(text) and number not in storm.live_at:
                        storm.live_at[number] = time.monotonic()
                        if len(storm.live_at) == self.count:
                            storm.all_live.set()
                        await socket.send(NOTHING.decode())


async def through_a_restart(tidewatch: Tidewatch, count: int) -> Storm:
    pages = Pages(address_of(tidewatch), count)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(pages.page(number)) for number in range(count)]
        await pages.live()
        pages.storm = Storm()
        os.kill(web_pid(tidewatch), signal.SIGKILL)
        await pages.live()
        for task in tasks:
            task.cancel()
    return pages.storm


def weather(tidewatch: Tidewatch, count: int) -> Storm:
    """Open so many pages, kill the web process, and wait until each has a price again."""
    return asyncio.run(through_a_restart(tidewatch, count))
