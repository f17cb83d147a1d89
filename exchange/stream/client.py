"""Public channels: sockets that come back, channels that come back with them.

client = StreamClient(url, on_event=print)
client.want([Channel.ticker("tBTCUSD"), Channel.book("tBTCUSD")])
await client.run()
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from random import Random

from exchange.stream import events
from exchange.stream.channels import ACCOUNT, Channel, Topic
from exchange.stream.driver import Conversation, Driver, Link, OnEvent
from exchange.stream.pacing import Gate, Timing
from exchange.stream.sockets import Socket

PUBLIC_URL = "wss://api-pub.bitfinex.com/ws/2"
# The documentation says 25 in one place and 30 in another.
CHANNELS_PER_SOCKET = 25
_SOCKET_IS_FULL = 10305


class StreamClient(Driver):
    """Keep the wanted public channels coming, over as many sockets as they need.

    on_event is called in the loop of `run` with everything that happens, at once and in order for
    each socket; what it raises ends `run`. After any reconnection each channel's snapshot comes
    again. One client serves one `run`. gate: for several clients of one address to share, which
    is what the exchange counts new connections by.
    """

    def __init__(
        self,
        url: str = PUBLIC_URL,
        *,
        on_event: OnEvent,
        timing: Timing | None = None,
        gate: Gate | None = None,
        channels_per_socket: int = CHANNELS_PER_SOCKET,
        steady: Callable[[], float] = time.monotonic,
        random: Random | None = None,
    ) -> None:
        super().__init__(
            url,
            on_event=on_event,
            timing=timing or Timing(),
            gate=gate,
            steady=steady,
            random=random,
        )
        self._channels_per_socket = channels_per_socket
        self._wanted: dict[Channel, None] = {}
        self._carriers: list[_PublicLink] = []

    def want(self, channels: Iterable[Channel]) -> None:
        """Replace the set of wanted channels; takes effect at once while `run` runs.

        To be called in the loop of `run`, or before it. Raises ValueError on the account's
        channel, which is AccountStream's.
        """
        wanted = dict.fromkeys(channels)
        if ACCOUNT in wanted:
            raise ValueError("the account's channel is no public one")
        self._wanted = wanted
        self._changed.set()

    async def _assign(self) -> None:
        """Spread what is wanted over the links: keep what is placed, fill the room, open more."""
        for link in self._carriers:
            link.wanted = {channel: None for channel in link.wanted if channel in self._wanted}
        placed = {channel for link in self._carriers for channel in link.wanted}
        for channel in self._wanted:
            if channel not in placed:
                self._roomy_link().wanted[channel] = None
        idle = [link for link in self._carriers if not link.wanted]
        self._carriers = [link for link in self._carriers if link.wanted]
        await self._stop([*idle])

    def _roomy_link(self) -> _PublicLink:
        for link in self._carriers:
            if len(link.wanted) < link.capacity:
                return link
        link = _PublicLink(self, self._channels_per_socket)
        self._carriers.append(link)
        self._open(link)
        return link


class _PublicLink(Link):
    """One connection after another for up to `capacity` channels."""

    def __init__(self, client: StreamClient, capacity: int) -> None:
        super().__init__(client)
        self.capacity = capacity
        self.wanted: dict[Channel, None] = {}

    @property
    def channels(self) -> tuple[Channel, ...]:
        return tuple(self.wanted)

    def overflow(self, channel: Channel) -> None:
        """Give a channel that found no room to another link."""
        if channel in self.wanted and len(self.wanted) > 1:
            del self.wanted[channel]
            self.capacity = len(self.wanted)
            self._driver.reassign()

    def _begin(self, socket: Socket) -> Conversation:
        return _PublicConversation(self._driver, self, socket)


class _PublicConversation(Conversation):
    """Subscriptions: what was asked for on one socket, and what is being ended."""

    def __init__(self, driver: Driver, link: _PublicLink, socket: Socket) -> None:
        super().__init__(driver, link, socket)
        self._carrier = link
        self._asked: set[Channel] = set()
        self._ending: set[Channel] = set()

    async def _keep_up(self) -> None:
        """Ask for what is wanted and not asked for, and end what is no longer wanted."""
        missing = [channel for channel in self._carrier.wanted if channel not in self._asked]
        self._asked.update(missing)
        self._watch.expect(missing, self._driver.steady())
        for channel in missing:
            await self._send(self._protocol.subscribe(channel))
        for channel in self._asked.difference(self._carrier.wanted):
            self._watch.forget(channel)
            await self._end(channel)

    async def _renew(self, channel: Channel) -> None:
        is_unanswered = self._protocol.unsubscribe(channel) is None
        if channel.topic is Topic.STATUS and is_unanswered:
            # The exchange says nothing at all to a key it does not know; a new socket is no help.
            self._watch.forget(channel)
            self._driver.on_event(events.SubscriptionRefused(channel, None, "no answer"))
        else:
            await self._end(channel)

    async def _answer(self, event: events.Event) -> None:
        match event:
            case events.ChecksumFailed(channel):
                # Once unsubscribed it is wanted and not asked for, and so subscribed to anew.
                await self._end(channel)
            case events.Unsubscribed(channel):
                self._asked.discard(channel)
                self._ending.discard(channel)
                await self._keep_up()
            case events.SubscriptionRefused(channel, code):
                self._watch.forget(channel)
                if code == _SOCKET_IS_FULL:
                    self._carrier.overflow(channel)

    async def _end(self, channel: Channel) -> None:
        """Unsubscribe, once; before the subscription is acknowledged there is nothing to end."""
        text = self._protocol.unsubscribe(channel)
        if text is not None and channel not in self._ending:
            self._ending.add(channel)
            await self._send(text)
