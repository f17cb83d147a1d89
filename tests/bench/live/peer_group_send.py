"""A peer: Channels as its tutorial has it, one group of consumers and group_send, on Daphne."""

import asyncio
import os

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.urls import path

settings.configure(
    SECRET_KEY="bench",
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
)
desks = []


async def publish(reader, writer):
    while size := await reader.read(4):
        size += await reader.readexactly(4 - len(size)) if len(size) < 4 else b""
        text = (await reader.readexactly(int.from_bytes(size))).decode()
        await get_channel_layer().group_send("ticks", {"type": "tick", "text": text})


class Ticks(AsyncWebsocketConsumer):
    async def connect(self):
        await self.channel_layer.group_add("ticks", self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard("ticks", self.channel_name)

    async def tick(self, event):
        await self.send(text_data=event["text"])


router = ProtocolTypeRouter({"websocket": URLRouter([path("", Ticks.as_asgi())])})


async def application(scope, receive, send):
    if not desks:
        desks.append(None)
        port = int(os.environ["PUBLISHER_PORT"])
        desks[0] = await asyncio.start_server(publish, "127.0.0.1", port)
    await router(scope, receive, send)
