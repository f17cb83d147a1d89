"""The door of the live socket: who is there, and what the page looks at.

It is not the pipe: prices reach the browser through the hub, which writes to every open door.
"""

from __future__ import annotations

import time
from typing import Any

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from django.conf import settings

from dashboard.live.hub import SIGNED_OUT, hub
from dashboard.live.watching import BadFrame, read_watch
from dashboard.live.wire import SendWire, Wire, wire_to

BAD_FRAMES = 4400
TOO_MANY = 4429  # frames in a second, or pages of one person
PATIENCE = 3  # bad frames before the door closes
FRAMES_A_SECOND = 10


class LiveConsumer(AsyncConsumer):  # type: ignore[misc]
    """One open page. Reads its watch frames, decides nothing."""

    # Without a layer of its own there is no queue and no task per browser and message.
    channel_layer_alias = ""

    def __init__(self) -> None:
        super().__init__()
        self.user_id = 0
        self.session_key = ""
        self.wire: Wire = SendWire(self.send)
        self.bad_frames = 0
        self.second = 0.0
        self.frames = 0

    async def websocket_connect(self, event: dict[str, Any]) -> None:
        await self.send({"type": "websocket.accept"})
        self.wire = wire_to(self.base_send)  # before anything else: it also bounds what may come
        user = self.scope["user"]
        if not user.is_authenticated:
            # Refusing before accept looks like a lost network: htmx would try again for ever.
            await self.close(SIGNED_OUT)
            return
        if len(hub.audience.of(user.pk)) >= settings.PAGES_A_PERSON:
            await self.close(TOO_MANY)
            return
        self.user_id = user.pk
        self.session_key = self.scope["session"].session_key
        hub.join(self)

    async def websocket_receive(self, event: dict[str, Any]) -> None:
        if not self.user_id:
            return
        if self.is_flood():
            await self.close(TOO_MANY)
            return
        try:
            topics = read_watch(event.get("text"))
        except BadFrame:
            self.bad_frames += 1
            if self.bad_frames >= PATIENCE:
                await self.close(BAD_FRAMES)
            return
        await hub.watch(self, topics)

    async def websocket_disconnect(self, event: dict[str, Any]) -> None:
        hub.leave(self)
        raise StopConsumer

    async def close(self, code: int) -> None:
        hub.leave(self)
        self.user_id = 0
        await self.send({"type": "websocket.close", "code": code})

    def is_flood(self) -> bool:
        now = time.monotonic()
        if now - self.second >= 1:
            self.second, self.frames = now, 0
        self.frames += 1
        return self.frames > FRAMES_A_SECOND
