from __future__ import annotations

import socket

from exchange.paper import PaperExchange


def exchange_bytes(paper: PaperExchange, *parts: bytes, until: bytes) -> bytes:
    host, port = paper.rest_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        for part in parts:
            raw.sendall(part)
        received = b""
        while until not in received and (chunk := raw.recv(10_000)):
            received += chunk
    return received


def test_requests_may_come_in_pieces(paper: PaperExchange) -> None:
    received = exchange_bytes(
        paper,
        b"GET /v2/platform/",
        b"status HTTP/1.1\r\nHo",
        b"st: x\r\n\r\n",
        until=b"[1]",
    )

    assert received.startswith(b"HTTP/1.1 200 ")


def test_requests_may_be_sent_ahead(paper: PaperExchange) -> None:
    one = b"GET /v2/platform/status HTTP/1.1\r\nHost: x\r\n\r\n"
    last = one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    received = exchange_bytes(paper, one + one + last, until=b"nothing, read to the end")

    assert received.count(b"HTTP/1.1 200 ") == 3


def test_a_head_is_answered_without_a_body(paper: PaperExchange) -> None:
    known = b"HEAD /v2/platform/status HTTP/1.1\r\nHost: x\r\n\r\n"
    unknown = known.replace(b"platform/status", b"nope")
    last = b"GET /v2/platform/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    received = exchange_bytes(paper, known + unknown + last, until=b"nothing, read to the end")
    first, second, third, body = received.split(b"\r\n\r\n")

    assert first.startswith(b"HTTP/1.1 200 ")
    assert b"Content-Length: 3" in first
    assert second.startswith(b"HTTP/1.1 404 ")
    assert third.startswith(b"HTTP/1.1 200 ")
    assert body == b"[1]"


def test_a_body_in_chunks_is_read_whole(paper: PaperExchange) -> None:
    received = exchange_bytes(
        paper,
        b"POST /v2/auth/r/wallets HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"2\r\n{}\r\n0\r\n\r\n",
        until=b"]",
    )

    assert b'["error",10100,"apikey: invalid"]' in received


def test_a_client_that_leaves_halfway_does_no_harm(paper: PaperExchange) -> None:
    exchange_bytes(paper, b"POST /v2/x HTTP/1.1\r\nContent-Le", until=b"")
    received = exchange_bytes(
        paper, b"GET /v2/platform/status HTTP/1.1\r\nHost: x\r\n\r\n", until=b"[1]"
    )

    assert received.endswith(b"[1]")
