"""What comes back over a bare connection, to the last byte and however it ends."""

from __future__ import annotations

import socket
from dataclasses import dataclass

STATUS = b"GET /v2/platform/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@dataclass
class Heard:
    """Bytes that came, and whether a reset ended them."""

    data: bytes = b""
    was_reset: bool = False


def ask(rest_url: str, request: bytes = STATUS) -> Heard:
    """Send a request and read until the connection ends."""
    host, port = rest_url.removeprefix("http://").split(":")
    heard = Heard()
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        raw.sendall(request)
        try:
            while chunk := raw.recv(10_000):
                heard.data += chunk
        except ConnectionResetError:
            heard.was_reset = True
    return heard
