from __future__ import annotations

import asyncio
from contextlib import suppress

from exchange.paper.network.outlet import Outlet


async def test_a_reader_that_stopped_reading_is_cut_off() -> None:
    accepted: asyncio.Future[asyncio.StreamWriter] = asyncio.get_running_loop().create_future()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.set_result(writer)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, client = await asyncio.open_connection("127.0.0.1", port)
    writer = await accepted
    outlet = Outlet(writer)
    for _ in range(64):
        outlet.push(b"x" * 1024 * 1024)
    cut = writer.is_closing()
    outlet.push(b"nobody hears this")
    client.close()
    with suppress(ConnectionError):
        await client.wait_closed()
    server.close()
    await server.wait_closed()

    assert cut
