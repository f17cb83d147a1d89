"""What every stream stands on: connections that come back, and what is said on each.

A driver opens links. A link makes one connection after another, and a conversation is what is
said on one of them. What is particular to public channels or to an account is in subclasses.
"""

from __future__ import annotations

import asyncio
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from random import Random, SystemRandom

from exchange.errors import DecodeError, Refused, StreamClosed
from exchange.stream import events
from exchange.stream.channels import Channel
from exchange.stream.events import Flag
from exchange.stream.pacing import BackOff, Gate, Timing, Watch
from exchange.stream.protocol import StreamProtocol
from exchange.stream.sockets import Socket, opened

log = logging.getLogger(__name__)

OnEvent = Callable[[events.Event], None]


class Driver(ABC):
    """Run links, attend to them, and end with the first that fails."""

    def __init__(
        self,
        url: str,
        *,
        on_event: OnEvent,
        timing: Timing,
        gate: Gate | None = None,
        steady: Callable[[], float] = time.monotonic,
        random: Random | None = None,
    ) -> None:
        self.url = url
        self.on_event = on_event
        self.timing = timing
        self.gate = gate or Gate(timing.connections, timing.connection_window)
        self.steady = steady
        self.random = random or SystemRandom()
        self._links: dict[Link, asyncio.Task[None]] = {}
        # Which link failed first and has not worked since: the others wait until it does.
        self._scout: Link | None = None
        self._changed = asyncio.Event()

    def reassign(self) -> None:
        """Look at once at what there is to do."""
        self._changed.set()

    async def run(self) -> None:
        """Serve until cancelled, or until `on_event` raises."""
        try:
            while True:
                self._changed.clear()
                await self._assign()
                for link in list(self._links):
                    await link.attend()
                await self._wait()
        finally:
            await self._stop(list(self._links))

    def failed(self, link: Link) -> None:
        """Let a link that lost its connection try alone, unless another already does."""
        if self._scout is None or self._scout.works:
            self._scout = link

    def may_try(self, link: Link) -> bool:
        """Tell whether a link may connect: while nothing works, one tries for all.

        Connections are counted, those that come to nothing as well: many at once would use up a
        minute's, and the exchange would be back without anybody who may go and see.
        """
        return self._scout is None or self._scout is link or self._scout.works

    def left(self, link: Link) -> None:
        """Note that a link is no longer needed."""
        if self._scout is link:
            self._scout = None

    @abstractmethod
    async def _assign(self) -> None:
        """Open the links that are needed, stop the others."""

    def _open(self, link: Link) -> None:
        self._links[link] = asyncio.create_task(link.run())

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

    async def _stop(self, links: list[Link]) -> None:
        tasks = [self._links.pop(link) for link in links]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Link(ABC):
    """One connection after another."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._back_off = BackOff(driver.timing, driver.random)
        self._rest_until = 0.0
        self._conversation: Conversation | None = None
        self._connected_at = 0.0
        self._has_heard = False

    @property
    def works(self) -> bool:
        """Whether its connection brings something, or has at least lasted."""
        if self._conversation is None:
            return False
        lasted = self._driver.steady() - self._connected_at
        return self._has_heard or lasted >= self._driver.timing.settled_after

    @property
    @abstractmethod
    def channels(self) -> tuple[Channel, ...]:
        """The channels that have no feed while there is no connection."""

    @abstractmethod
    def _begin(self, socket: Socket) -> Conversation: ...

    async def run(self) -> None:
        """Connect, serve and connect again, for ever. Raises Refused where that is no use."""
        try:
            while True:
                while wait := self._wait():
                    await asyncio.sleep(wait)
                try:
                    reason = await self._serve()
                except Refused as refused:
                    self._tell(str(refused))
                    raise
                self._driver.failed(self)
                self._tell(reason)
                await asyncio.sleep(self._back_off.delay())
        finally:
            self._driver.left(self)

    async def attend(self) -> None:
        """Let the connection, if there is one, do what is due."""
        if self._conversation is not None:
            await self._conversation.attend()

    def heard(self) -> None:
        """Note that this connection works."""
        self._has_heard = True
        self._back_off.reset()

    def rest(self, seconds: float) -> None:
        """Do not connect again for so long."""
        self._rest_until = self._driver.steady() + seconds

    def _wait(self) -> float:
        now = self._driver.steady()
        if rest := max(self._rest_until - now, 0.0):
            return rest
        if not self._driver.may_try(self):
            return self._driver.timing.tick
        return self._driver.gate.admit(now)

    def _tell(self, reason: str) -> None:
        log.info("stream: %s; %d channels wait", reason, len(self.channels))
        self._driver.on_event(events.Disconnected(self.channels, reason))

    async def _serve(self) -> str:
        """Serve one connection and return why it ended."""
        try:
            socket = await opened(self._driver.url)
        except StreamClosed as failed:
            return str(failed)
        self._connected_at, self._has_heard = self._driver.steady(), False
        self._conversation = self._begin(socket)
        try:
            return await self._conversation.serve()
        finally:
            self._conversation = None
            socket.cut_off()
            await socket.wait_closed()


class Conversation(ABC):
    """One socket from its greeting to its end: what was asked for, understood and heard on it."""

    def __init__(self, driver: Driver, link: Link, socket: Socket) -> None:
        self._driver = driver
        self._link = link
        self._socket = socket
        self._protocol = StreamProtocol()
        self._watch = Watch(driver.timing)
        self._heard: set[Channel] = set()
        self._paused_until: float | None = None
        self._drop_reason: str | None = None

    async def serve(self) -> str:
        """Say what there is to say, read until the socket ends, and return why it did."""
        await self._send(self._protocol.configure(Flag.SEQ_ALL | Flag.OB_CHECKSUM))
        await self._keep_up()
        while self._drop_reason is None:
            try:
                messages = await self._socket.messages()
            except StreamClosed as closed:
                return self._drop_reason or str(closed)
            await self._receive(messages)
        # What came before the drop and was not read yet is not to be trusted either.
        return self._drop_reason

    async def attend(self) -> None:
        """Send what is due, and look for silence."""
        await self._keep_up()
        self._note()
        now = self._driver.steady()
        if self._paused_until is not None:
            if now >= self._paused_until:
                self._drop("maintenance did not end")
            return
        for channel, seconds in self._watch.newly_silent(now):
            self._driver.on_event(events.ChannelSilent(channel, seconds))
            await self._renew(channel)
        if self._watch.is_lost(now):
            self._drop("silence")

    @abstractmethod
    async def _keep_up(self) -> None:
        """Send what is wanted and was not sent."""

    @abstractmethod
    async def _renew(self, channel: Channel) -> None:
        """Do what may help a channel that is silent."""

    @abstractmethod
    async def _answer(self, event: events.Event) -> None:
        """Do what an event asks of this kind of conversation."""

    async def _receive(self, messages: list[bytes]) -> None:
        """Tell what messages mean, until one of them is a reason to leave."""
        understand, tell = self._protocol.receive, self._driver.on_event
        for message in messages:
            try:
                found = understand(message)
            except DecodeError as error:
                found = [events.Undecodable(str(error))]
            for event in found:
                tell(event)
                if isinstance(event, events.ChannelFrame):
                    self._heard.add(event.channel)
                else:
                    await self._follow(event)
            if self._drop_reason is not None:
                break
        self._note()

    def _note(self) -> None:
        """Note which channels have spoken."""
        if self._heard:
            self._watch.heard(self._heard, self._driver.steady())
            self._link.heard()
            self._heard.clear()

    async def _follow(self, event: events.Event) -> None:
        match event:
            case events.SequenceBroken():
                self._drop("the sequence is broken")
            case events.Restarting() | events.Resumed():
                self._drop(type(event).__name__.lower())
            case events.MaintenanceStarted() | events.Connected(is_operative=False):
                self._paused_until = self._driver.steady() + self._driver.timing.longest_pause
            case _:
                await self._answer(event)

    async def _send(self, text: str) -> None:
        await self._socket.say(text)

    def _drop(self, reason: str) -> None:
        self._drop_reason = reason
        self._socket.cut_off()
