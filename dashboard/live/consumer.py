"""The door of the live socket: who is there, and what the page looks at.

It is not the pipe: prices reach the browser through the hub, which writes to every open door.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings

from dashboard.live.hub import SIGNED_OUT, hub
from dashboard.live.visitors import Visitor, visitor_of
from dashboard.live.watching import BadFrame, read_watch
from dashboard.live.wire import Send, Wire, wire_to

BAD_FRAMES = 4400
TOO_MANY = 4429  # frames in a second, or pages of one person
PATIENCE = 3  # bad frames before the door closes
FRAMES_A_SECOND = 10
Receive = Callable[[], Awaitable[dict[str, Any]]]


async def live(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Serve one live socket, as an ASGI application."""
    visitor = await visitor_of(scope)
    # The server keeps them for as long as the page is open, and nobody reads them again.
    scope["headers"].clear()
    await welcome(visitor, receive, send)


async def welcome(visitor: Visitor | None, receive: Receive, send: Send) -> None:
    """Open the door to whoever is signed in, and tell everybody else why it stays shut."""
    await received(receive, "websocket.connect")
    await send({"type": "websocket.accept"})
    wire = wire_to(send)  # before anything else: it also bounds what may come
    refusal = reason_against(visitor)
    if visitor is not None and refusal is None:
        await OpenPage(visitor, send, wire).serve(receive)
        return
    # Refusing before accept looks like a lost network: htmx would try again for ever.
    await send({"type": "websocket.close", "code": refusal})
    await received(receive, "websocket.disconnect")


def reason_against(visitor: Visitor | None) -> int | None:
    """Return the code by which a visitor is refused, None if the door is open."""
    if visitor is None:
        return SIGNED_OUT
    if len(hub.audience.of(visitor.user_id)) >= settings.PAGES_A_PERSON:
        return TOO_MANY
    return None


async def received(receive: Receive, kind: str) -> None:
    """Wait for a message of this kind, and let others pass."""
    while (await receive())["type"] != kind:
        pass


class OpenPage:
    """One open page. Reads its watch frames, decides nothing."""

    __slots__ = (
        *("user_id", "session_key", "send", "wire", "is_open"),
        *("bad_frames", "second", "frames"),
    )

    def __init__(self, visitor: Visitor, send: Send, wire: Wire) -> None:
        self.user_id = visitor.user_id
        self.session_key = visitor.session_key
        self.send = send
        self.wire = wire
        self.is_open = True
        self.bad_frames = 0
        self.second = 0.0
        self.frames = 0

    async def serve(self, receive: Receive) -> None:
        """Hear the page until it leaves."""
        hub.join(self)
        try:
            while (event := await receive())["type"] != "websocket.disconnect":
                if self.is_open:
                    await self.hear(event.get("text"))
        finally:
            hub.leave(self)

    async def hear(self, text: str | None) -> None:
        if self.is_flood():
            await self.close(TOO_MANY)
            return
        try:
            topics = read_watch(text)
        except BadFrame:
            self.bad_frames += 1
            if self.bad_frames >= PATIENCE:
                await self.close(BAD_FRAMES)
            return
        await hub.watch(self, topics)

    async def close(self, code: int) -> None:
        hub.leave(self)
        self.is_open = False
        await self.send({"type": "websocket.close", "code": code})

    def is_flood(self) -> bool:
        now = time.monotonic()
        if now - self.second >= 1:
            self.second, self.frames = now, 0
        self.frames += 1
        return self.frames > FRAMES_A_SECOND
