"""One socket against real servers, some of which split and join their bytes as no other does."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol

from exchange.errors import StreamClosed
from exchange.stream.sockets import Socket, opened

Talk = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def connected(talk: Talk, tls: ssl.SSLContext | None = None) -> AsyncIterator[Socket]:
    """Connect to a server that talks like this, and leave it at the end."""
    async with serve(talk, "127.0.0.1", 0, compression=None, ssl=tls) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        socket = await opened(f"wss://localhost:{port}" if tls else f"ws://127.0.0.1:{port}")
        try:
            yield socket
        finally:
            socket.cut_off()
            await socket.wait_closed()


@asynccontextmanager
async def connecting(answer: Callable[[bytes], list[bytes]]) -> AsyncIterator[str]:
    """Serve whoever asks with the answer to its greeting, piece by piece; yields the address."""

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in answer(await reader.readuntil(b"\r\n\r\n")):
            writer.write(piece)
            await writer.drain()
            # The other side is in this loop, and reads when this one waits.
            await asyncio.sleep(0)
        with suppress(ConnectionError):
            await reader.read()
        writer.close()

    async with await asyncio.start_server(serve_one, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def accepted(request: bytes) -> bytes:
    """What a server says to a greeting it takes."""
    protocol = ServerProtocol()
    protocol.receive_data(request)
    (asked,) = protocol.events_received()
    protocol.send_response(protocol.accept(asked))
    return b"".join(protocol.data_to_send())


def text(words: str) -> bytes:
    return Frame(Opcode.TEXT, words.encode()).serialize(mask=False)


async def all_of(socket: Socket, count: int) -> list[bytes]:
    found: list[bytes] = []
    async with asyncio.timeout(20):
        while len(found) < count:
            found += await socket.messages()
    return found


async def test_messages_come_whole_and_in_order_in_whatever_form_they_were_sent():
    async def talk(connection: ServerConnection) -> None:
        await connection.send("first")
        await connection.send(["in ", "three ", "parts"])
        await connection.send(b"bytes")
        await connection.send("x" * 100_000)
        await connection.wait_closed()

    async with connected(talk) as socket:
        found = await all_of(socket, 4)

    assert found == [b"first", b"in three parts", b"bytes", b"x" * 100_000]


async def test_a_ping_is_answered_among_messages():
    answered = asyncio.Event()

    async def talk(connection: ServerConnection) -> None:
        await connection.send("before")
        await (await connection.ping())
        answered.set()
        await connection.send("after")
        await connection.wait_closed()

    async with connected(talk) as socket:
        found = await all_of(socket, 2)

    assert found == [b"before", b"after"]
    assert answered.is_set()


async def test_what_came_before_the_end_is_told_before_the_end():
    async def talk(connection: ServerConnection) -> None:
        await connection.send("last")
        await connection.close(1001)

    async with connected(talk) as socket:
        found = await all_of(socket, 1)
        with pytest.raises(StreamClosed, match="closed: 1001"):
            await asyncio.wait_for(socket.messages(), 20)
        await socket.say("nobody listens, and that is no failure")

    assert found == [b"last"]


async def test_a_frame_that_no_server_may_send_costs_the_socket():
    async def talk(connection: ServerConnection) -> None:
        masked = Frame(Opcode.TEXT, b"masked").serialize(mask=True)
        connection.transport.write(text("good") + masked)
        await connection.wait_closed()

    async with connected(talk) as socket:
        with pytest.raises(StreamClosed, match="closed: 1006"):
            await all_of(socket, 3)


@pytest.mark.parametrize("is_secure", [False, True])
async def test_whoever_does_not_read_makes_the_other_side_wait(
    is_secure: bool, certificate: Path, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    count, written = 400, []

    async def talk(connection: ServerConnection) -> None:
        for number in range(count):
            await connection.send("x" * 100_000)
            written.append(number)
        await connection.wait_closed()

    async with connected(talk, tls if is_secure else None) as socket:
        async with asyncio.timeout(20):
            while socket.transport.is_reading():
                await asyncio.sleep(0)
        unread = len(written)
        found = await all_of(socket, count)

    assert unread < count
    assert len(found) == count


async def test_a_certificate_that_nobody_vouches_for_is_no_connection(tls):
    async with serve(lambda _: asyncio.sleep(0), "127.0.0.1", 0, ssl=tls) as server:
        url = f"wss://localhost:{next(iter(server.sockets)).getsockname()[1]}"
        with pytest.raises(StreamClosed, match="SSLCertVerificationError"):
            await opened(url)


@pytest.mark.parametrize("size", [1, 50, 10_000])
async def test_messages_right_behind_the_greeting_are_not_lost(size):
    def answer(request: bytes) -> list[bytes]:
        said = accepted(request) + text("first") + text("second")
        return [said[start : start + size] for start in range(0, len(said), size)]

    async with connecting(answer) as url:
        socket = await opened(url)
        found = await all_of(socket, 2)
        socket.cut_off()
        await socket.wait_closed()

    assert found == [b"first", b"second"]


async def test_a_greeting_without_an_end_is_given_up():
    async with connecting(lambda request: [b"HTTP/1.1 101 " + b"x" * 100_000]) as url:
        with pytest.raises(StreamClosed, match="no connection"):
            await asyncio.wait_for(opened(url), 5)


async def test_a_server_that_says_no_in_many_words_is_no_connection():
    no = b"HTTP/1.1 403 No\r\nContent-Length: 6\r\n\r\n"
    async with connecting(lambda request: [no + b"wor", b"ds!"]) as url:
        with pytest.raises(StreamClosed, match="no connection: InvalidStatus"):
            await asyncio.wait_for(opened(url), 20)
