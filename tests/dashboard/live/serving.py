"""A Daphne of a test's own, and browsers that speak to it byte by byte."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import secrets
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.product.running import free_port, until

ROOT = Path(__file__).parents[3]
MESSAGE_LIMIT = "65536"  # as dashboard.processes.children starts it


@dataclass
class Server:
    """A running Daphne with the live socket."""

    port: int
    process: subprocess.Popen[bytes]
    output: Path

    def told(self, path: str = "/") -> dict[str, Any]:
        """Return how the process says it is, after what it does at a path."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            connection.request("GET", path)
            told: dict[str, Any] = json.loads(connection.getresponse().read())
            return told

    def open_page(self, *topics: str, kernel_buffer: int | None = None, query: str = "") -> Browser:
        """Open a socket that looks at these topics, and wait until the server knows."""
        page = Browser(self.port, kernel_buffer, query)
        if topics:
            page.watch(*topics)
            until(lambda: set(topics) <= set(self.told()["topics"]), "the watch-set is known")
        return page


class Browser:
    """A WebSocket by hand: it reads when it is told to, and never answers by itself."""

    def __init__(self, port: int, kernel_buffer: int | None = None, query: str = "") -> None:
        self.heard = bytearray()
        self.socket = socket.socket()
        if kernel_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, kernel_buffer)
        self.socket.settimeout(20)
        self.socket.connect(("127.0.0.1", port))
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        self.socket.sendall(
            f"GET /live/{query} HTTP/1.1\r\nHost: localhost:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self.reader = self.socket.makefile("rb")
        status = self.reader.readline()
        assert b" 101 " in status, status
        while self.reader.readline() != b"\r\n":
            pass

    def say(self, text: str) -> None:
        self.send_frame(0x81, text.encode())

    def watch(self, *topics: str) -> None:
        self.say(json.dumps({"watch": topics}))

    def send_frame(self, first: int, payload: bytes) -> None:
        mask = secrets.token_bytes(4)
        size = len(payload)
        head = bytes((first, 0x80 | size)) if size <= 125 else struct.pack("!BBH", first, 254, size)
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
        self.socket.sendall(head + mask + masked)

    def frame(self) -> tuple[int, bytes]:
        """Read one whole frame: its first byte and its payload. Raises OSError at the end."""
        first, size = self.exactly(2)
        assert size < 0x80, "a server does not mask"
        if size >= 126:
            size = int.from_bytes(self.exactly(2 if size == 126 else 8), "big")
        return first, self.exactly(size)

    def exactly(self, size: int) -> bytes:
        data = self.reader.read(size)
        if len(data) < size:
            raise ConnectionError("the server has closed the connection")
        self.heard += data
        return data

    def text(self) -> str:
        """Read the next text message, over anything else."""
        while True:
            first, payload = self.frame()
            if first == 0x81:
                return payload.decode()

    def text_with(self, part: str) -> str:
        """Read on until a text has this in it."""
        while True:
            text = self.text()
            if part in text:
                return text

    def close(self) -> None:
        self.reader.close()
        self.socket.close()


@contextlib.contextmanager
def serving(
    folder: Path, *arguments: str, port: int | None = None, **environment: str
) -> Iterator[Server]:
    """Run a Daphne of our own, on a free port if no other is given, until the end of the block."""
    port = port or free_port()
    output = folder / "daphne-output"
    with output.open("wb") as written:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "-v", "0"),
                *("--websocket_timeout", "-1", "--websocket-max-message-size", MESSAGE_LIMIT),
                *("--websocket-max-frame-size", MESSAGE_LIMIT, *arguments),
                "tests.dashboard.live.live_app:application",
            ],
            cwd=ROOT,
            env=os.environ | environment,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    server = Server(port, process, output)
    try:
        until(lambda: server.told(), f"Daphne answers: {output.read_text()}", 60)
        yield server
    finally:
        process.kill()
        process.wait()
