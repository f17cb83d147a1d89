"""A peer: `websockets` and its broadcast(), and nothing else. Prints its two ports."""

import asyncio
import sys

from websockets.asyncio.server import broadcast, serve
from websockets.exceptions import ConnectionClosed

browsers = set()


async def admit(browser):
    browsers.add(browser)
    try:
        async for _ in browser:
            pass
    except ConnectionClosed:
        pass
    finally:
        browsers.discard(browser)


async def publish(reader, writer):
    while size := await reader.read(4):
        size += await reader.readexactly(4 - len(size)) if len(size) < 4 else b""
        text = (await reader.readexactly(int.from_bytes(size))).decode()
        broadcast(browsers, text)


async def main():
    plain = {"compression": None, "ping_interval": None}
    async with serve(admit, "127.0.0.1", 0, **plain) as server:
        desk = await asyncio.start_server(publish, "127.0.0.1", 0)
        doors = server.sockets[0], desk.sockets[0]
        print(*(door.getsockname()[1] for door in doors), flush=True)
        await asyncio.to_thread(sys.stdin.read)


asyncio.run(main())
