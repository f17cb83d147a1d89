"""A WebSocket server that behaves like the exchange's until a test tells it otherwise."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from exchange.stream.channels import Channel

ROW = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, None]
SNAPSHOTS: dict[str, list[Any]] = {
    "ticker": ROW,
    "trades": [[1, 1700000000000, 1, 100]],
    "book": [[100, 1, 1], [101, 1, -1]],
}


class Socket:
    """One connection as the server sees it."""

    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection
        self.received: list[dict[str, Any]] = []
        self.numbers: dict[Channel, int] = {}
        self.sequence = 0
        self.flags = 0

    @property
    def asked_for(self) -> list[Channel | None]:
        """The channels of all subscribe events so far, in order."""
        return [
            Channel.from_wire(message)
            for message in self.received
            if message["event"] == "subscribe"
        ]

    async def say(self, **message: Any) -> None:
        """Send an event."""
        await self.connection.send(json.dumps(message))

    async def frame(self, channel: Channel, *content: Any) -> None:
        """Send a frame of a channel, with its sequence where that was asked for."""
        self.sequence += 1
        tail = [self.sequence] if self.flags & 65536 else []
        await self.connection.send(json.dumps([self.numbers[channel], *content, *tail]))


class Exchange:
    """The server's side of all connections, and what it is to do wrong."""

    def __init__(self) -> None:
        self.sockets: list[Socket] = []
        self.is_operative = True
        self.limit = 30
        self.silent: set[Channel] = set()
        self.unknown: set[Channel] = set()
        self.url = ""
        self._news = asyncio.Condition()
        self._server: Server

    async def until(self, fact: Any) -> None:
        """Wait until something that the server has seen is so."""
        async with asyncio.timeout(20), self._news:
            await self._news.wait_for(fact)

    async def serve_one(self, connection: ServerConnection) -> None:
        """Talk with one client until it leaves."""
        socket = Socket(connection)
        self.sockets.append(socket)
        platform = {"status": int(self.is_operative)}
        try:
            await socket.say(event="info", version=2, serverId="scripted", platform=platform)
            async for text in connection:
                message = json.loads(text)
                socket.received.append(message)
                await getattr(self, f"_{message['event']}")(socket, message)
                await self._tell()
        except ConnectionClosed:
            pass
        finally:
            await self._tell()

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _conf(self, socket: Socket, message: dict[str, Any]) -> None:
        socket.flags = message["flags"]
        await socket.say(event="conf", status="OK", flags=socket.flags)

    async def _subscribe(self, socket: Socket, message: dict[str, Any]) -> None:
        channel = Channel.from_wire(message)
        assert channel is not None
        if len(socket.numbers) >= self.limit:
            await socket.say(**message | {"event": "error", "code": 10305, "msg": "limit"})
            return
        if channel in self.unknown:
            await socket.say(**message | {"event": "error", "code": 10300, "msg": "invalid"})
            return
        socket.numbers[channel] = 100 + len(socket.received)
        await socket.say(
            **message | {"event": "subscribed", "chanId": socket.numbers[channel], "pair": "X"}
        )
        if channel not in self.silent:
            await socket.frame(channel, SNAPSHOTS[channel.topic])

    async def _unsubscribe(self, socket: Socket, message: dict[str, Any]) -> None:
        for channel, number in list(socket.numbers.items()):
            if number == message["chanId"]:
                del socket.numbers[channel]
        await socket.say(event="unsubscribed", status="OK", chanId=message["chanId"])


@asynccontextmanager
async def scripted_exchange() -> AsyncIterator[Exchange]:
    """Serve on a port of its own while the block runs."""
    exchange = Exchange()
    async with serve(exchange.serve_one, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        exchange.url = f"ws://127.0.0.1:{port}/ws/2"
        yield exchange
