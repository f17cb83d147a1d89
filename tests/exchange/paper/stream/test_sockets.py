from __future__ import annotations

import asyncio
import json
import socket
from typing import Any

from websockets.asyncio.client import connect

from exchange.paper import PaperExchange, running_paper
from tests.exchange.paper.caller import Caller
from tests.exchange.paper.stream.talking import KEY, signed

HANDSHAKE = (
    b"GET /ws/2 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def dialled(paper: PaperExchange) -> socket.socket:
    host, port = paper.rest_url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


async def heard(client: Any) -> Any:
    async with asyncio.timeout(10):
        return json.loads(await client.recv())


async def test_protocol_pings_are_answered(paper: PaperExchange) -> None:
    async with connect(paper.ws_url) as client, asyncio.timeout(10):
        latency = await (await client.ping())

    assert latency >= 0


async def test_a_message_in_pieces_is_put_together(paper: PaperExchange) -> None:
    async with connect(paper.ws_url) as client:
        await heard(client)
        await client.send(['{"event":', '"ping","cid":', "3}"])
        answer = await heard(client)

    assert answer["cid"] == 3


async def test_a_goodbye_is_returned(paper: PaperExchange) -> None:
    async with connect(paper.ws_url) as client:
        await heard(client)
        await client.close(1000, "enough")

    assert client.close_code == 1000


async def test_nothing_is_compressed(paper: PaperExchange) -> None:
    async with connect(paper.ws_url, compression="deflate") as client:
        assert client.protocol.extensions == []


async def test_an_endless_message_ends_the_connection(paper: PaperExchange) -> None:
    async with connect(paper.ws_url) as client:
        await heard(client)
        await client.send("x" * 70_000)
        async with asyncio.timeout(10):
            await client.wait_closed()

    assert client.close_code == 1009


def test_a_frame_right_behind_the_handshake_is_not_lost(paper: PaperExchange) -> None:
    ping = b'{"event":"ping","cid":4}'
    mask = b"\x00\x00\x00\x00"
    frame = bytes([0x81, 0x80 | len(ping)]) + mask + ping
    with dialled(paper) as raw:
        raw.sendall(HANDSHAKE + frame)
        received = b""
        while b'"cid":4' not in received:
            received += raw.recv(10_000)

    assert b"101 Switching Protocols" in received
    assert b'"event":"pong"' in received


def test_a_handshake_without_a_key_is_refused(paper: PaperExchange) -> None:
    with dialled(paper) as raw:
        raw.sendall(HANDSHAKE.replace(b"Sec-WebSocket-Key", b"X-Nothing"))
        received = b""
        while chunk := raw.recv(10_000):
            received += chunk

    assert received.startswith(b"HTTP/1.1 400 ")


def test_plain_http_on_the_stream_s_path_finds_nothing(paper: PaperExchange) -> None:
    with dialled(paper) as raw:
        raw.sendall(b"GET /ws/2 HTTP/1.1\r\nHost: x\r\n\r\n")

        assert raw.recv(1_000).startswith(b"HTTP/1.1 404 ")


async def test_six_authentications_in_a_quarter_of_a_minute_are_one_too_many() -> None:
    with running_paper(keys=[KEY], rate_limits=True) as paper:
        async with connect(paper.ws_url) as client:
            await heard(client)
            answers = []
            for _ in range(6):
                await client.send(json.dumps(signed(KEY, nonce=0)))
                answers.append((await heard(client))["code"])

    assert answers == [10114] * 5 + [11010]


async def test_what_is_done_over_rest_is_heard_on_the_socket(
    paper: PaperExchange, caller: Caller
) -> None:
    async with connect(paper.ws_url) as client:
        await heard(client)
        await client.send(json.dumps(signed(caller.key, nonce=1)))
        told = [await heard(client) for _ in range(7)]
        answer = await asyncio.to_thread(caller.submit, "0.01", "50000")
        frame = await heard(client)

    assert told[-1] == [0, "fls", []]
    assert frame[:2] == [0, "on"]
    assert frame[2][0] == answer[4][0][0]
