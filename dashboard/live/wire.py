"""The last step to a browser: a message is framed once, and the same bytes go to every socket.

Through Daphne's own `send` each write builds its frame anew and wakes the reactor twice; that is
most of what a price costs. Where the server is the Daphne that we know, over plain TCP, the bytes
go to the kernel at once, but only while nothing waits in front of them: what the kernel does not
take is left to Twisted, so that no frame is ever torn or overtaken. Anywhere else a message goes
through the server's `send`. Everything that knows the inside of Daphne, autobahn and Twisted is in
this module and in `inlet`, which weighs what comes the other way; tests against a real Daphne hold
both.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import struct
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from dashboard.live.inlet import Inlet

# What the kernel may hold for one browser: old prices must not wait where nobody can count them.
KERNEL_BUFFER = 64 * 1024
TRY_AGAIN_LATER = 1013  # a close code that the page answers by coming back
OPEN = 3  # autobahn's state of a connection between handshake and close
logger = logging.getLogger(__name__)
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Packet:
    """Messages that travel together: their texts, and their frames one behind the other."""

    __slots__ = ("frames", "texts")

    def __init__(self, texts: Sequence[bytes]) -> None:
        self.texts = texts
        self.frames = b"".join(map(text_frame, texts))


def text_frame(text: bytes) -> bytes:
    """Return the one frame of a text message from a server: final, unmasked, not compressed."""
    size = len(text)
    if size <= 125:
        return bytes((0x81, size)) + text
    if size <= 0xFFFF:
        return struct.pack("!BBH", 0x81, 126, size) + text
    return struct.pack("!BBQ", 0x81, 127, size) + text


class Wire(Protocol):
    """What leads to one browser."""

    def put(self, packet: Packet) -> bool:
        """Write if nothing waits before it; False means that it was not taken."""

    def queue(self, packet: Packet) -> None:
        """Write behind whatever waits; for words that are few and small."""

    def waiting_bytes(self) -> int:
        """Return how much has not left this process yet."""

    def abort(self) -> None:
        """Cut the browser off, and drop what waits for it."""


class DirectWire:
    """A socket of Daphne's over plain TCP, written to without a detour."""

    __slots__ = ("protocol", "transport")

    def __init__(self, protocol: Any) -> None:
        self.protocol = protocol
        self.transport = protocol.transport

    def put(self, packet: Packet) -> bool:
        transport = self.transport
        if (
            transport.dataBuffer
            or transport._tempDataLen
            or self.protocol.state != OPEN
            or self.protocol.send_queue
            or transport.disconnecting
            or not transport.connected
        ):
            return False
        frames = packet.frames
        try:
            sent = transport.socket.send(frames)
        except BlockingIOError:
            return False
        except OSError:
            sent = 0  # Twisted meets the same error, and ends the connection as it always does
        if sent < len(frames):
            transport.write(frames[sent:])
        return True

    def queue(self, packet: Packet) -> None:
        if self.protocol.state == OPEN:
            self.transport.write(packet.frames)

    def waiting_bytes(self) -> int:
        transport = self.transport
        waiting: int = len(transport.dataBuffer) - transport.offset + transport._tempDataLen
        return waiting

    def abort(self) -> None:
        self.transport.abortConnection()


class SendWire:
    """Any other server, by its `send`: one message after another, however long each takes."""

    __slots__ = ("messages", "pump", "send")

    def __init__(self, send: Send) -> None:
        self.send = send
        self.messages: deque[bytes] = deque()
        self.pump: asyncio.Task[None] | None = None

    def put(self, packet: Packet) -> bool:
        if self.messages:
            return False
        self.queue(packet)
        return True

    def queue(self, packet: Packet) -> None:
        self.messages.extend(packet.texts)
        if self.pump is None:
            self.pump = asyncio.get_running_loop().create_task(self.send_all(), name="wire")

    async def send_all(self) -> None:
        try:
            while self.messages:
                # It counts as waiting until the server has taken it.
                await self.send({"type": "websocket.send", "text": self.messages[0].decode()})
                self.messages.popleft()
        except Exception:  # whatever the server raises, it will also tell that the page has gone
            logger.info("a page went away while it was written to")
        finally:
            self.pump = None

    def waiting_bytes(self) -> int:
        return sum(map(len, self.messages))

    def abort(self) -> None:
        if self.pump is not None:
            self.pump.cancel()
        self.messages.clear()
        self.pump = asyncio.get_running_loop().create_task(self.close(), name="wire end")

    async def close(self) -> None:
        with contextlib.suppress(Exception):
            await self.send({"type": "websocket.close", "code": TRY_AGAIN_LATER})


def wire_to(send: Send) -> Wire:
    """Return the quickest safe way to the browser behind an ASGI `send`."""
    protocol = next(iter(getattr(unwrapped(send), "args", ())), None)
    try:
        is_known = is_known_daphne(protocol)
    except AttributeError:
        is_known = False
    if not is_known:
        return SendWire(send)
    wire = DirectWire(protocol)
    Inlet(protocol).install()
    with contextlib.suppress(OSError):
        wire.transport.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BUFFER)
    leave_http(wire.transport)
    return wire


def leave_http(transport: Any) -> None:
    """Let go of the request that opened the socket: it lies there only to be told of full buffers.

    What it does then, the transport can do by itself: stop reading until there is room again.
    """
    if not transport.producerPaused:
        transport.unregisterProducer()
        transport.registerProducer(transport, True)


def unwrapped(send: Any) -> Any:
    """Return the server's own `send`: Channels' sessions wrap it, to set a cookie on accepting."""
    while (inner := getattr(getattr(send, "__self__", None), "real_send", None)) is not None:
        send = inner
    return send


def is_known_daphne(protocol: Any) -> bool:
    """Return whether all that a direct write leans on is as we know it.

    Classes are told by name: another server has not loaded Daphne, and should not have to.
    """
    transport = protocol.transport
    return (
        name_of(protocol) == "daphne.ws_protocol.WebSocketProtocol"
        and name_of(transport) == "twisted.internet.tcp.Server"
        and not transport.TLS
        and isinstance(transport.socket, socket.socket)
        and isinstance(transport.dataBuffer, bytes)
        and isinstance(transport.offset, int)
        and isinstance(transport._tempDataLen, int)
        and isinstance(transport.disconnecting, int)
        and isinstance(transport.bufferSize, int)
        and isinstance(transport.producerPaused, bool)
        and callable(transport.abortConnection)
        and callable(transport.unregisterProducer)
        and callable(transport.registerProducer)
        and protocol.STATE_OPEN == OPEN
        and isinstance(protocol.send_queue, deque)
        and isinstance(protocol.failedByMe, bool)
        and protocol.current_frame is None
        and all(map(callable, (protocol.onFrameBegin, protocol.onPing, protocol.sendPong)))
        and all(map(callable, (protocol.sendCloseFrame, protocol.dropConnection)))
        and protocol._perMessageCompress is None
        and not protocol.maskServerFrames
    )


def name_of(thing: Any) -> str:
    kind = type(thing)
    return f"{kind.__module__}.{kind.__qualname__}"
