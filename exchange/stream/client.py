"""The stream's driver: sockets that come back, channels that come back with them.

client = StreamClient(url, on_event=print)
client.want([Channel.ticker("tBTCUSD"), Channel.book("tBTCUSD")])
await client.run()
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from random import Random, SystemRandom

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from exchange.errors import DecodeError
from exchange.stream import events
from exchange.stream.channels import Channel
from exchange.stream.events import Flag
from exchange.stream.pacing import BackOff, ConnectionGate, Timing, Watch
from exchange.stream.protocol import StreamProtocol

log = logging.getLogger(__name__)

PUBLIC_URL = "wss://api-pub.bitfinex.com/ws/2"
# The documentation says 25 in one place and 30 in another.
CHANNELS_PER_SOCKET = 25
_SOCKET_IS_FULL = 10305
_LARGEST_MESSAGE = 4 * 1024 * 1024

OnEvent = Callable[[events.Event], None]


class StreamClient:
    """Keep the wanted public channels coming, over as many sockets as they need.

    on_event is called in the loop of `run` with everything that happens, at once and in order for
    each socket; what it raises ends `run`. After any reconnection each channel's snapshot comes
    again. One client serves one `run`.
    """

    def __init__(
        self,
        url: str = PUBLIC_URL,
        *,
        on_event: OnEvent,
        timing: Timing | None = None,
        channels_per_socket: int = CHANNELS_PER_SOCKET,
        steady: Callable[[], float] = time.monotonic,
        random: Random | None = None,
    ) -> None:
        self.url = url
        self.on_event = on_event
        self.timing = timing or Timing()
        self.steady = steady
        self.random = random or SystemRandom()
        self.gate = ConnectionGate(self.timing)
        self._channels_per_socket = channels_per_socket
        self._wanted: dict[Channel, None] = {}
        self._links: dict[_Link, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()

    def want(self, channels: Iterable[Channel]) -> None:
        """Replace the set of wanted channels; takes effect at once while `run` runs.

        To be called in the loop of `run`, or before it.
        """
        self._wanted = dict.fromkeys(channels)
        self._changed.set()

    def reassign(self) -> None:
        """Look again at which socket carries what."""
        self._changed.set()

    async def run(self) -> None:
        """Serve the wanted channels until cancelled, or until `on_event` raises."""
        try:
            while True:
                self._changed.clear()
                await self._assign()
                for link in list(self._links):
                    await link.attend()
                await self._wait()
        finally:
            await self._stop(list(self._links))

    async def _assign(self) -> None:
        """Spread what is wanted over the links: keep what is placed, fill the room, open more."""
        for link in self._links:
            link.wanted = {channel: None for channel in link.wanted if channel in self._wanted}
        placed = {channel for link in self._links for channel in link.wanted}
        for channel in self._wanted:
            if channel not in placed:
                self._roomy_link().wanted[channel] = None
        await self._stop([link for link in self._links if not link.wanted])

    def _roomy_link(self) -> _Link:
        for link in self._links:
            if len(link.wanted) < link.capacity:
                return link
        link = _Link(self, self._channels_per_socket)
        self._links[link] = asyncio.create_task(link.run())
        return link

    async def _wait(self) -> None:
        """Return after a tick, on a change, or with what ended a link."""
        changed = asyncio.create_task(self._changed.wait())
        try:
            done, _ = await asyncio.wait(
                [changed, *self._links.values()],
                timeout=self.timing.tick,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            changed.cancel()
        for task in done:
            task.result()

    async def _stop(self, links: list[_Link]) -> None:
        tasks = [self._links.pop(link) for link in links]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Link:
    """One connection after another for up to `capacity` channels."""

    def __init__(self, client: StreamClient, capacity: int) -> None:
        self.capacity = capacity
        self.wanted: dict[Channel, None] = {}
        self._client = client
        self._back_off = BackOff(client.timing, client.random)
        self._connection: _Connection | None = None

    async def run(self) -> None:
        """Connect, serve and connect again, for ever."""
        while True:
            while wait := self._client.gate.admit(self._client.steady()):
                await asyncio.sleep(wait)
            reason = await self._serve()
            log.info("stream: %s; %d channels wait", reason, len(self.wanted))
            self._client.on_event(events.Disconnected(tuple(self.wanted), reason))
            await asyncio.sleep(self._back_off.delay())

    async def attend(self) -> None:
        """Let the connection, if there is one, do what is due."""
        if self._connection is not None:
            await self._connection.attend()

    def heard(self) -> None:
        """Note that this connection works."""
        self._back_off.reset()

    def overflow(self, channel: Channel) -> None:
        """Give a channel that found no room to another link."""
        if channel in self.wanted and len(self.wanted) > 1:
            del self.wanted[channel]
            self.capacity = len(self.wanted)
            self._client.reassign()

    async def _serve(self) -> str:
        """Serve one connection and return why it ended."""
        try:
            socket = await _Connect(
                self._client.url, compression=None, proxy=None, max_size=_LARGEST_MESSAGE
            )
        except (OSError, WebSocketException) as error:
            return f"no connection: {type(error).__name__}"
        self._connection = _Connection(self._client, self, socket)
        try:
            return await self._connection.serve()
        finally:
            self._connection = None
            # Without a farewell: the other side may be the one that no longer listens.
            socket.transport.abort()
            await socket.wait_closed()


class _Connection:
    """One socket from its greeting to its end: what was asked for, understood and heard on it."""

    def __init__(self, client: StreamClient, link: _Link, socket: ClientConnection) -> None:
        self._client = client
        self._link = link
        self._socket = socket
        self._protocol = StreamProtocol()
        self._watch = Watch(client.timing)
        self._asked: set[Channel] = set()
        self._ending: set[Channel] = set()
        self._paused_until: float | None = None
        self._drop_reason: str | None = None

    async def serve(self) -> str:
        """Subscribe, read until the socket ends, and return why it did."""
        await self._send(self._protocol.configure(Flag.SEQ_ALL | Flag.OB_CHECKSUM))
        await self._subscribe()
        while self._drop_reason is None:
            try:
                text = await self._socket.recv()
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else 1006
                return self._drop_reason or f"closed: {code}"
            await self._receive(text)
        # What came before the drop and was not read yet is not to be trusted either.
        return self._drop_reason

    async def attend(self) -> None:
        """Send what the wanted set asks for, and look for silence."""
        await self._subscribe()
        now = self._client.steady()
        if self._paused_until is not None:
            if now >= self._paused_until:
                self._drop("maintenance did not end")
            return
        for channel, seconds in self._watch.newly_silent(now):
            self._client.on_event(events.ChannelSilent(channel, seconds))
            await self._end(channel)
        if self._watch.is_lost(now):
            self._drop("silence")

    async def _receive(self, text: str | bytes) -> None:
        for event in self._understood(text):
            self._client.on_event(event)
            if isinstance(event, events.ChannelFrame):
                self._watch.heard(event.channel, self._client.steady())
                self._link.heard()
            else:
                await self._follow(event)

    def _understood(self, text: str | bytes) -> list[events.Event]:
        try:
            return self._protocol.receive(text)
        except DecodeError as error:
            return [events.Undecodable(str(error))]

    async def _follow(self, event: events.Event) -> None:
        """Do what an event asks of the driver."""
        match event:
            case events.ChecksumFailed(channel):
                # Once unsubscribed it is wanted and not asked for, and so subscribed to anew.
                await self._end(channel)
            case events.Unsubscribed(channel):
                self._asked.discard(channel)
                self._ending.discard(channel)
                await self._subscribe()
            case events.SubscriptionRefused(channel, code):
                self._watch.forget(channel)
                if code == _SOCKET_IS_FULL:
                    self._link.overflow(channel)
            case events.SequenceBroken():
                self._drop("the sequence is broken")
            case events.Restarting() | events.Resumed():
                self._drop(type(event).__name__.lower())
            case events.MaintenanceStarted() | events.Connected(is_operative=False):
                self._paused_until = self._client.steady() + self._client.timing.longest_pause

    async def _subscribe(self) -> None:
        """Ask for what is wanted and not asked for, and end what is no longer wanted."""
        missing = [channel for channel in self._link.wanted if channel not in self._asked]
        self._asked.update(missing)
        self._watch.expect(missing, self._client.steady())
        for channel in missing:
            await self._send(self._protocol.subscribe(channel))
        for channel in self._asked.difference(self._link.wanted):
            self._watch.forget(channel)
            await self._end(channel)

    async def _end(self, channel: Channel) -> None:
        """Unsubscribe, once; before the subscription is acknowledged there is nothing to end."""
        text = self._protocol.unsubscribe(channel)
        if text is not None and channel not in self._ending:
            self._ending.add(channel)
            await self._send(text)

    async def _send(self, text: str) -> None:
        # A socket that has closed meanwhile is told by reading it.
        with suppress(ConnectionClosed):
            await self._socket.send(text)

    def _drop(self, reason: str) -> None:
        self._drop_reason = reason
        self._socket.transport.abort()


class _Connect(connect):
    """The library's `connect`, minus redirects: the feed comes from where we said or not at all."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc
