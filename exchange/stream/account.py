"""An account's channel: one socket that comes back, authenticates, and tells everything anew.

stream = AccountStream(Credentials(key, secret), on_event=print)
stream.calculate([calculations.wallet(WalletType.EXCHANGE, "USD")])
await stream.run()
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from random import Random

from exchange.clock import ExchangeClock, shared_clock
from exchange.credentials import Credentials
from exchange.errors import ClockAhead, NotAuthenticated, NotPermitted, RateLimited, Refused
from exchange.nonce import PROCESS_NONCES, NonceAuthority
from exchange.stream import calculations, events
from exchange.stream.account_events import Authenticated, AuthenticationRefused
from exchange.stream.channels import ACCOUNT, Channel
from exchange.stream.driver import Conversation, Driver, Link, OnEvent
from exchange.stream.pacing import Gate, Timing
from exchange.stream.sockets import Socket
from exchange.stream.turns import awaited_turn

log = logging.getLogger(__name__)

ACCOUNT_URL = "wss://api.bitfinex.com/ws/2"
_TIME_PLEASE = 1
ACCOUNT_TIMING = Timing(connections=5, connection_window=15.0)
"""Fewer new connections than for public channels. Source: Bitfinex docs, Requirements."""


class AccountStream(Driver):
    """Keep the channel of one account coming.

    on_event is called in the loop of `run` with everything that happens, at once and in order;
    what it raises ends `run`. After any reconnection the key authenticates again and the snapshots
    come again; `Disconnected` says that until then nothing known of the account is to be trusted.

    filters: the parts of the account to hear of, see `StreamProtocol.authenticate`; none means all.
    cancels_orders: all open orders are cancelled whenever a socket of this stream ends, by whatever
    cause, reconnections included. gate: for several streams of one address to share. clock: the
    one to hold ours against before anything is signed; without it, the one REST calls to the same
    address go by.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        on_event: OnEvent,
        url: str = ACCOUNT_URL,
        nonces: NonceAuthority | None = None,
        filters: Iterable[str] = (),
        cancels_orders: bool = False,
        timing: Timing = ACCOUNT_TIMING,
        gate: Gate | None = None,
        clock: ExchangeClock | None = None,
        steady: Callable[[], float] = time.monotonic,
        random: Random | None = None,
    ) -> None:
        super().__init__(
            url, on_event=on_event, timing=timing, gate=gate, steady=steady, random=random
        )
        self.credentials = credentials
        self.nonces = PROCESS_NONCES if nonces is None else nonces
        self.clock = shared_clock(rest_address(url)) if clock is None else clock
        self.filters = tuple(filters)
        self.cancels_orders = cancels_orders
        self.wishes: dict[str, None] = {}
        self.allowance = Gate(calculations.PER_SECOND, 1.0)

    def calculate(self, names: Iterable[str]) -> None:
        """Have figures computed, by their names in `calculations`; their frames are the answer.

        They are asked for once, when the key is authenticated, as fast as the exchange allows.
        To be called in the loop of `run`, or before it.
        """
        self.wishes |= dict.fromkeys(names)
        self._changed.set()

    async def run(self) -> None:
        """Serve until cancelled, or until `on_event` raises.

        Raises NotAuthenticated or NotPermitted where the exchange does not take the key; all other
        refusals are tried again.
        """
        await super().run()

    async def _assign(self) -> None:
        if not self._links:
            self._open(_AccountLink(self))


class _AccountLink(Link):
    channels = (ACCOUNT,)

    def __init__(self, stream: AccountStream) -> None:
        super().__init__(stream)
        self._stream = stream

    def _begin(self, socket: Socket) -> Conversation:
        return _AccountConversation(self._stream, self, socket)


class _AccountConversation(Conversation):
    """Authentication on one socket, and what may be asked for after it."""

    def __init__(self, stream: AccountStream, link: Link, socket: Socket) -> None:
        super().__init__(stream, link, socket)
        self._stream = stream
        self._time_told = asyncio.Event()
        self._answered = asyncio.Event()
        self._authenticating: asyncio.Task[None] | None = None

    async def serve(self) -> str:
        self._watch.expect([ACCOUNT], self._stream.steady())
        try:
            return await super().serve()
        finally:
            if self._authenticating is not None:
                self._authenticating.cancel()
                await asyncio.gather(self._authenticating, return_exceptions=True)

    async def _keep_up(self) -> None:
        """Ask for what is to be calculated; nothing before the key is authenticated."""
        while self._protocol.is_authenticated and (names := self._next_wishes()):
            await self._send(self._protocol.calculate(names))

    def _next_wishes(self) -> list[str]:
        stream, names = self._stream, []
        for name in list(stream.wishes)[: calculations.PER_REQUEST]:
            if stream.allowance.admit(stream.steady()):
                break
            del stream.wishes[name]
            names.append(name)
        return names

    async def _renew(self, channel: Channel) -> None:
        """Nothing helps a silent account but another socket, which is due at once."""

    async def _answer(self, event: events.Event) -> None:
        match event:
            case events.Connected() if self._authenticating is None:
                self._authenticating = asyncio.create_task(self._authenticate())
            case events.Pong(time=datetime() as told):
                self._stream.clock.learn_time(told)
                self._time_told.set()
            case Authenticated():
                self._answered.set()
                await self._keep_up()
            case AuthenticationRefused():
                self._answered.set()
                self._refused(event.error)

    async def _authenticate(self) -> None:
        """Show the key; without a farewell to a socket on which that is no use."""
        try:
            await self._learn_time()
            await self._show_key()
        except TimeoutError:
            self._drop("no answer to the authentication")
        except ClockAhead as error:
            log.error("stream: %s", error)
            self._drop(str(error))
        except Exception as error:
            # The authority may be anyone's, and what ails it now may be over at the next attempt.
            log.warning("stream: no turn for the key: %s", type(error).__name__)
            self._drop(f"no turn for the key: {type(error).__name__}")

    async def _learn_time(self) -> None:
        """Ask the exchange for its time where no answer has told it of late."""
        if self._stream.clock.is_fresh:
            return
        await self._send(self._protocol.ping(_TIME_PLEASE))
        await asyncio.wait_for(self._time_told.wait(), self._stream.timing.answered_after)

    async def _show_key(self) -> None:
        """Hold the key's turn from the nonce until the exchange has answered."""
        stream = self._stream
        patience = stream.timing.answered_after
        async with awaited_turn(
            stream.nonces, stream.credentials.key, seconds=patience, check=stream.clock.check
        ) as nonce:
            await self._send(
                self._protocol.authenticate(
                    stream.credentials,
                    nonce,
                    filters=stream.filters,
                    cancels_orders=stream.cancels_orders,
                )
            )
            await asyncio.wait_for(self._answered.wait(), patience)

    def _refused(self, error: Refused) -> None:
        if isinstance(error, NotAuthenticated | NotPermitted):
            raise error
        if isinstance(error, RateLimited):
            self._link.rest(error.wait_seconds)
        self._drop(f"not authenticated: {error}")


def rest_address(url: str) -> str:
    """Return where REST calls go that share their exchange, and its clock, with a stream's URL."""
    scheme, _, rest = url.partition("://")
    return f"{'https' if scheme == 'wss' else 'http'}://{rest.partition('/')[0]}"
