"""A server of frames: as many as are taken, or each alone, a millisecond after the other."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

TICKER = "[61003,9.81234567,61005.5,9.1456789,-2271,-0.0359,61005.5,1158.60012345,63614,60390,null]"
LEVELS = [f"[{61000 - step},{step % 7 + 1},{0.5 + step / 1000}]" for step in range(25)]
BOOK = "[[61001,1,-0.25]," + ",".join(LEVELS) + "]"
SEQ_ALL = 65536
PAUSE = 0.001


class Flood:
    """One socket: it answers like the exchange until all is subscribed to, then floods."""

    def __init__(self, socket: ServerConnection) -> None:
        asked = parse_qs(urlsplit(socket.request.path if socket.request else "").query)
        self._subscriptions, self._count = int(asked["subs"][0]), int(asked["frames"][0])
        self._at_once = int(asked["at_once"][0])
        self._socket = socket
        self._numbers: list[int] = []
        self._sequence = 0
        self._flags = 0
        self._is_book = False

    async def run(self) -> None:
        await self._say(event="info", version=2, serverId="bench", platform={"status": 1})
        async for text in self._socket:
            message = json.loads(text)
            if message["event"] == "conf":
                # Of what may be asked for only the sequence costs anything on every frame.
                self._flags = message["flags"]
                await self._say(event="conf", status="OK", flags=self._flags)
            if message["event"] == "subscribe":
                await self._subscribe(message)
                if len(self._numbers) == self._subscriptions:
                    await self._flood()

    async def _subscribe(self, message: dict[str, Any]) -> None:
        number = len(self._numbers) + 1
        self._numbers.append(number)
        self._is_book = message["channel"] == "book"
        await self._say(**message | {"event": "subscribed", "chanId": number, "pair": "X"})
        if self._is_book:
            await self._socket.send(self._frame(number, BOOK))

    async def _flood(self) -> None:
        """Write so many frames at once that nobody waits for the server, or one at a time."""
        for start in range(0, self._count, self._at_once):
            steps = range(start, min(start + self._at_once, self._count))
            self._socket.transport.write(b"".join(map(self._encoded, steps)))
            await self._socket.drain()
            if self._at_once == 1:
                await asyncio.sleep(PAUSE)

    def _encoded(self, step: int) -> bytes:
        row = LEVELS[step * 7 % 25] if self._is_book else TICKER
        text = self._frame(self._numbers[step % len(self._numbers)], row)
        return Frame(Opcode.TEXT, text.encode()).serialize(mask=False)

    def _frame(self, number: int, row: str) -> str:
        self._sequence += 1
        tail = f",{self._sequence}" if self._flags & SEQ_ALL else ""
        return f"[{number},{row}{tail}]"

    async def _say(self, **message: Any) -> None:
        await self._socket.send(json.dumps(message))


async def accept(socket: ServerConnection) -> None:
    with suppress(ConnectionClosed):
        await Flood(socket).run()


async def main() -> None:
    async with serve(accept, "127.0.0.1", 0, compression=None, ping_interval=None) as server:
        (listening,) = islice(server.sockets, 1)
        print(listening.getsockname()[1], flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
