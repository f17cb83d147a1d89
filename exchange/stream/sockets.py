"""One WebSocket: opened where we said or not at all, and read by the handful.

The library connects, greets, answers pings and ends. Messages, nearly all that ever comes, do not
take its way: a frame object, a queue and a future for each cost more than to read what they say.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.protocol import State

from exchange.errors import StreamClosed
from exchange.stream.framing import Cutter

_LARGEST_MESSAGE = 4 * 1024 * 1024
_LONGEST_GREETING = 64 * 1024
_END_OF_GREETING = b"\r\n\r\n"
_ABNORMAL_END = 1006


class Socket(ClientConnection):
    """A connection whose messages are taken with `messages`, all that have come at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._greeting: bytes | None = b""
        self._cutter = Cutter(_LARGEST_MESSAGE, super().data_received)
        self._waiting: list[bytes] = []
        self._reader: asyncio.Future[None] | None = None
        self._is_over = False

    async def messages(self) -> list[bytes]:
        """Wait for messages and return them, oldest first. Raises StreamClosed when all is read."""
        while not self._waiting:
            if self._is_over:
                raise StreamClosed(f"closed: {self.close_code or _ABNORMAL_END}")
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        messages, self._waiting = self._waiting, []
        if not self.transport.is_reading():
            self.transport.resume_reading()
        return messages

    async def say(self, text: str) -> None:
        """Send a message; that the socket has ended meanwhile is told by `messages`."""
        with suppress(ConnectionClosed):
            await self.send(text)

    def cut_off(self) -> None:
        """End without a farewell: the other side may be the one that no longer listens."""
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take what the transport has read."""
        if self._greeting is not None:
            data = self._greeted(self._greeting + data)
        if self.state is not State.OPEN:
            super().data_received(data)
            return
        if self._waiting:
            # Whoever reads does not keep up: the other side has to wait.
            self.transport.pause_reading()
        try:
            self._waiting += self._cutter.cut(data)
        except ValueError:
            self.cut_off()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let whoever waits for messages know that none will come."""
        super().connection_lost(exc)
        self._is_over = True
        self._wake()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def _greeted(self, data: bytes) -> bytes:
        """Give the library the answer to its greeting, whole, and return what came after it."""
        end = data.find(_END_OF_GREETING) + len(_END_OF_GREETING)
        if end < len(_END_OF_GREETING):
            self._greeting = data
            if len(data) > _LONGEST_GREETING:
                self.cut_off()
            return b""
        self._greeting = None
        super().data_received(data[:end])
        return data[end:]


async def opened(url: str) -> Socket:
    """Connect, through no proxy. Raises StreamClosed."""
    try:
        socket = await _Connect(
            url, compression=None, proxy=None, max_size=_LARGEST_MESSAGE, create_connection=Socket
        )
    except (OSError, WebSocketException) as error:
        raise StreamClosed(f"no connection: {type(error).__name__}") from error
    assert isinstance(socket, Socket)  # noqa: S101 - what the library was told to make
    return socket


class _Connect(connect):
    """The library's `connect`, minus redirects: the feed comes from where we said or not at all."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc
