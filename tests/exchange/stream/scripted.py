"""A WebSocket server that behaves like the exchange's until a test tells it otherwise."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from exchange.stream.channels import Channel

ROW = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, None]
KEY, SECRET = "a-key", "its-secret"
WALLET = ["exchange", "USD", 100, 0, None, None, None]
ACCOUNT_SNAPSHOTS: dict[str, list[Any]] = {"ps": [], "ws": [WALLET], "os": []}
SNAPSHOTS: dict[str, list[Any]] = {
    "ticker": ROW,
    "trades": [[1, 1700000000000, 1, 100]],
    "book": [[100, 1, 1], [101, 1, -1]],
    "candles": [[1700000000000, 1, 2, 3, 0.5, 10]],
    "status": [],
}


class Socket:
    """One connection as the server sees it."""

    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection
        self.received: list[dict[str, Any]] = []
        self.inputs: list[list[Any]] = []
        self.numbers: dict[Channel, int] = {}
        self.sequence = 0
        self.account_sequence = 0
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

    @property
    def authentications(self) -> list[dict[str, Any]]:
        """The auth events so far, in order."""
        return [message for message in self.received if message["event"] == "auth"]

    async def account_frame(self, code: str, payload: Any, *, is_snapshot: bool = False) -> None:
        """Send a frame of the account, with both its counters."""
        self.sequence += 1
        self.account_sequence += not is_snapshot
        tail = [self.sequence, 0 if is_snapshot else self.account_sequence]
        await self.connection.send(json.dumps([0, code, payload, *tail]))


class Exchange:
    """The server's side of all connections, and what it is to do wrong."""

    def __init__(self) -> None:
        self.sockets: list[Socket] = []
        self.is_operative = True
        self.limit = 30
        self.silent: set[Channel] = set()
        self.unknown: set[Channel] = set()
        self.mute: set[Channel] = set()
        self.auth_answers: list[dict[str, Any] | None] = []
        self.last_nonce = 0
        self.tells_time = True
        self.ahead_seconds = 0
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
                if isinstance(message, list):
                    socket.inputs.append(message)
                    await self._tell()
                    continue
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

    async def _ping(self, socket: Socket, message: dict[str, Any]) -> None:
        if self.tells_time:
            told_ms = time.time_ns() // 1_000_000 + self.ahead_seconds * 1_000
            await socket.say(event="pong", ts=told_ms, cid=message["cid"])

    async def _subscribe(self, socket: Socket, message: dict[str, Any]) -> None:
        channel = Channel.from_wire(message)
        assert channel is not None
        if channel in self.mute:
            return
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

    async def _auth(self, socket: Socket, message: dict[str, Any]) -> None:
        """Say what the script has next (None is silence); without one, judge like the exchange."""
        answer = self.auth_answers.pop(0) if self.auth_answers else self._judged(message)
        if answer is None:
            return
        await socket.say(event="auth", chanId=0, **answer)
        if answer["status"] == "OK":
            for code, payload in ACCOUNT_SNAPSHOTS.items():
                await socket.account_frame(code, payload, is_snapshot=True)

    def _judged(self, message: dict[str, Any]) -> dict[str, Any]:
        nonce = message["authNonce"]
        signature = hmac.digest(SECRET.encode(), f"AUTH{nonce}".encode(), "sha384").hex()
        if message["apiKey"] != KEY or message["authSig"] != signature:
            return {"status": "FAILED", "code": 10100, "msg": "apikey: invalid"}
        if int(nonce) <= self.last_nonce:
            return {"status": "FAILED", "code": 10114, "msg": "nonce: small"}
        self.last_nonce = int(nonce)
        caps = {"wallets": {"read": 1, "write": 0}}
        return {"status": "OK", "userId": 5, "auth_id": "x", "caps": caps}

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
