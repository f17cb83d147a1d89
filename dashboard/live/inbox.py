"""A datagram socket that one task waits on, message after message.

The event loop's own `sock_recv` watches and forgets the socket for every message, and a time limit
around it is set and taken back: 150 µs a message, where a flush to one page takes a thousand in
all. Here the loop goes on watching, and wakes whoever waits once a second besides.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket

WAKE_SECONDS = 1.0


class Inbox:
    """One socket in one event loop, from the first `take` on. What nobody waits for stays in it."""

    def __init__(self, receiver: socket.socket, largest: int) -> None:
        self.socket = receiver
        self.largest = largest
        self.loop: asyncio.AbstractEventLoop | None = None
        self.is_watched = False
        self.waiting: asyncio.Future[bytes | None] | None = None
        self.timer: asyncio.TimerHandle | None = None

    async def take(self) -> bytes | None:
        """Return the next message, or None after a second at most in which none has come."""
        loop = asyncio.get_running_loop()
        if self.loop is None:
            self.loop = loop
            self.wake()
        elif self.loop is not loop:
            raise RuntimeError("A channel is received from in one event loop only.")
        if not self.is_watched:
            with contextlib.suppress(BlockingIOError):
                return self.socket.recv(self.largest)
            loop.add_reader(self.socket, self.arrive)
            self.is_watched = True
        self.waiting = loop.create_future()
        try:
            return await self.waiting
        finally:
            self.waiting = None

    def arrive(self) -> None:
        """Hand a message to who waits; while nobody does, leave it where its sender notices."""
        waiting = self.waiting
        if waiting is None or waiting.done():
            self.forget()
            return
        try:
            waiting.set_result(self.socket.recv(self.largest))
        except BlockingIOError:
            return
        except OSError as exc:
            waiting.set_exception(exc)

    def wake(self) -> None:
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_result(None)
        if self.loop is not None:
            self.timer = self.loop.call_later(WAKE_SECONDS, self.wake)

    def forget(self) -> None:
        if self.is_watched and self.loop is not None and not self.loop.is_closed():
            self.loop.remove_reader(self.socket)
        self.is_watched = False

    def close(self) -> None:
        self.forget()
        if self.timer is not None:
            self.timer.cancel()
        if self.waiting is not None:
            self.waiting.cancel()
        self.socket.close()
