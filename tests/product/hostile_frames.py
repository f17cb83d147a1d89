"""What a hostile program says on the live socket, byte by byte.

Frames are built by hand, for no client library would send them.
"""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

CONTINUED, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
PATIENCE_SECONDS = 30
WATCH = b'{"watch": ["tBTCUSD"]}'


def frame(payload: bytes, kind: int = TEXT, *, is_last: bool = True, reserved: int = 0) -> bytes:
    """Return one masked frame, as a browser would send it."""
    first = (0x80 if is_last else 0) | reserved | kind
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", first, 0x80 | size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", first, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", first, 0x80 | 127, size)
    mask = secrets.token_bytes(4)
    repeated = (mask * (size // 4 + 1))[:size]
    masked = int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")
    return head + mask + masked.to_bytes(size, "big")


def part(number: int, payload: bytes) -> bytes:
    """Return a frame of a message that never ends."""
    return frame(payload, CONTINUED if number else TEXT, is_last=False)


Say = Callable[[int], bytes]

# Each is given the number of the frame on its connection.
KINDS: dict[str, Say] = {
    "no JSON": lambda n: frame(b"hello"),
    "nothing": lambda n: frame(b""),
    "binary": lambda n: frame(os.urandom(64), BINARY),
    "two documents": lambda n: frame(WATCH + WATCH),
    "deep lists": lambda n: frame(b"[" * 16_000),
    "deep objects": lambda n: frame(b'{"watch":' * 1_500),
    "NaN": lambda n: frame(b'{"watch": NaN}'),
    "1e400": lambda n: frame(b'{"watch": [1e400]}'),
    "a number of 5,000 digits": lambda n: frame(b'{"watch": [' + b"9" * 5_000 + b"]}"),
    "null": lambda n: frame(b"null"),
    "an inner handler": lambda n: frame(b'{"type": "person.changed", "user": 1}'),
    "a group": lambda n: frame(b'{"group": "people", "channel_name": "x"}'),
    "3,000 symbols": lambda n: frame(b'{"watch": [' + b'"t",' * 3_000 + b'"t"]}'),
    "unknown symbols": lambda n: frame(b'{"watch": ["tNO%dUSD"]}' % n),
    "markup for symbols": lambda n: frame(b'{"watch": ["<script>", "tX<b>USD", "\\u0000"]}'),
    "text that is no UTF-8": lambda n: frame(b"\xff\xfe\xc0\xaf"),
    "50 kB of [": lambda n: frame(b"[" * 50_000),
    "70,000 bytes": lambda n: frame(b"x" * 70_000),
    "a message without an end": lambda n: part(n, b"x" * 1_000),
    "fragments of one byte": lambda n: part(n, b"x"),
    "fragments of nothing": lambda n: part(n, b""),
    "a flood of pings": lambda n: frame(b"p" * 125, PING),
    "a flood of pongs": lambda n: frame(b"", PONG),
    "frames without a mask": lambda n: struct.pack("!BB", 0x81, len(WATCH)) + WATCH,
    "reserved bits": lambda n: frame(WATCH, reserved=0x70),
    "unknown opcodes": lambda n: frame(WATCH, 0xB),
    "a close without an end": lambda n: frame(b"\x03\xe8" + b"z" * 60, CLOSE, is_last=False),
    "half a frame": lambda n: frame(b"x" * 4_000)[:2_000],
}

# Small ones that cost a server most come in floods: so many times as many, all at once.
FLOODS = {
    "no JSON", "nothing", "fragments of one byte", "fragments of nothing", "a flood of pings",
    "a flood of pongs",
}  # fmt: skip
FLOOD = 10


@dataclass(frozen=True, slots=True)
class Address:
    """Where the socket is, and the cookie of who is signed in."""

    port: int
    cookie: str

    def connect(
        self, *, path: str = "/live/", origin: str | None = "", header: bytes = b""
    ) -> socket.socket:
        """Open a connection and send a handshake; the origin "" is that of our own pages."""
        link = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS)
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: localhost:{self.port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
            f"Cookie: {self.cookie}",
        ]
        if origin is not None:
            lines.append(f"Origin: {origin or f'http://localhost:{self.port}'}")
        link.sendall("\r\n".join([*lines, ""]).encode() + header + b"\r\n")
        return link

    def opened(self) -> socket.socket:
        link = self.connect()
        assert status(link) == 101
        return link


def status(link: socket.socket) -> int:
    """Read the head of the answer to a handshake."""
    head = b""
    while b"\r\n\r\n" not in head:
        head += link.recv(1) or b"\r\n\r\n"
    return int(head.split()[1])


def close_code(link: socket.socket) -> int:
    """Read on until the other side closes; returns its code, 1006 where it gives none."""
    with contextlib.suppress(OSError):
        while True:
            kind, payload = frame_from(link)
            if kind == CLOSE:
                return int.from_bytes(payload[:2], "big")
    return 1006


def frame_from(link: socket.socket) -> tuple[int, bytes]:
    """Read one whole frame of the server's. Raises OSError at the end."""
    first, size = exactly(link, 2)
    if size >= 126:
        size = int.from_bytes(exactly(link, 2 if size == 126 else 8), "big")
    return first & 0xF, exactly(link, size)


def exactly(link: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        more = link.recv(size - len(found))
        if not more:
            raise ConnectionResetError("it ended")
        found += more
    return found


def attack(address: Address, frames: int) -> tuple[int, int]:
    """Send so many frames of each kind, and more where they flood; returns frames and doors."""
    sent = doors = 0
    for kind, say in KINDS.items():
        flood = FLOOD if kind in FLOODS else 1
        sent += frames * flood
        doors += try_frames(address, say, frames * flood, at_once=120 * flood)
    return sent, doors


def try_frames(address: Address, say: Say, frames: int, at_once: int) -> int:
    """Try to send so many frames, and come back whenever the door is closed; returns how often."""
    first, other = say(0), say(1)
    sent = doors = 0
    while sent < frames:
        with contextlib.suppress(OSError), address.opened() as link:
            doors += 1
            words = first
            while sent < frames:
                batch = min(at_once, frames - sent)
                sent += batch  # what was tried counts: a closed door is the right answer
                link.sendall(words + other * (batch - 1))
                words = other
                hear_out(link)
    return doors


def hear_out(link: socket.socket) -> None:
    """Read what comes within a moment. Raises OSError once the other side has closed."""
    link.settimeout(0.05)
    try:
        while True:
            if not link.recv(65_536):
                raise ConnectionResetError
    except TimeoutError:
        pass
    finally:
        link.settimeout(PATIENCE_SECONDS)


@dataclass(slots=True)
class Neighbour:
    """A well-behaved page; keeps how long each message was under way, in milliseconds."""

    address: Address
    late: list[float] = field(default_factory=list)
    problem: str = ""
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Neighbour]:
        thread = threading.Thread(target=self._read, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            thread.join(PATIENCE_SECONDS)

    def _read(self) -> None:
        try:
            with self.address.opened() as link:
                link.sendall(frame(b'{"watch": ["tBTCUSD", "tETHUSD"]}'))
                while not self._stop.is_set():
                    kind, text = frame_from(link)
                    now = time.monotonic() * 1000
                    if kind == PING:
                        link.sendall(frame(text, PONG))
                    # Both clocks are this machine's.
                    for sent in text.split(b'data-sent="')[1:]:
                        self.late.append(now - float(sent.partition(b'"')[0]))
        except OSError as exc:
            self.problem = repr(exc)


def percentile(late: list[float], share: float) -> float:
    return sorted(late)[int(len(late) * share)]
