"""The one place where bytes leave for a client."""

from __future__ import annotations

import asyncio
import os
import socket
import struct

# A reader of the stream who lets this much pile up has stopped reading.
_MOST_WAITING = 8 * 1024 * 1024


class Outlet:
    """Write to one connection."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def send(self, data: bytes) -> None:
        """Write and wait until the client keeps up."""
        self._writer.write(data)
        await self._writer.drain()

    def push(self, data: bytes) -> None:
        """Write without waiting; a client that has stopped reading is cut off."""
        if self._writer.is_closing():
            return
        self._writer.write(data)
        if self._writer.transport.get_write_buffer_size() > _MOST_WAITING:
            self.abort()

    def push_below(self, data: bytes) -> None:
        """Write to the wire itself, past TLS where there is any."""
        os.write(self._socket().fileno(), data)

    def reset(self) -> None:
        """End the connection with a reset, as a crashed machine does."""
        # Lingering for no time at all is how a socket is told to reset instead of to finish.
        self._socket().setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.abort()

    def _socket(self) -> socket.socket:
        wire: socket.socket = self._writer.get_extra_info("socket")
        return wire

    def close(self) -> None:
        """Close once everything is written."""
        self._writer.close()

    def abort(self) -> None:
        """Cut the connection without a goodbye; what was not written is lost."""
        self._writer.transport.abort()
