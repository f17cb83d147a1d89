"""One account's stream: what it tells is stored at once, in the order in which it was told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from decimal import Decimal

from django.conf import settings
from django.db import connection

from dashboard.accounts.clients import nonces
from dashboard.accounts.models import ExchangeAccount
from dashboard.kill_points import KillPoint, kill_point
from exchange.credentials import Credentials
from exchange.errors import Refused
from exchange.models.wallets import Wallet, WalletType
from exchange.nonce import Turn
from exchange.stream import account_events as told
from exchange.stream import calculations
from exchange.stream.account import AccountStream
from exchange.stream.events import ChannelEvent, ChannelFrame, Disconnected, Event
from exchange.stream.pacing import Gate
from exchange.symbols import is_symbol, split

# Takes in what an account's stream told, oldest first; runs in a thread, in its own transactions.
Listener = Callable[[ExchangeAccount, Sequence[Event]], None]

FILTERS = ("trading", "wallet")
NOTHING_YET = "The account's stream has not spoken yet."


class ThreadsNonces:
    """The shared authority, for threads whose database connections nobody else would close."""

    @contextmanager
    def turn(self, key: str, *, urgent: bool = False) -> Iterator[Turn]:
        """Wait for the key's turn and hold it. Raises NotSent."""
        try:
            with nonces().turn(key, urgent=urgent) as turn:
                yield turn
        finally:
            connection.close()


class AccountHearing:
    """The stream of one account and those who listen, until it fails or is cancelled.

    executor: where listeners run. gate: the new connections that all streams of this process may
    make together.
    """

    def __init__(
        self,
        account: ExchangeAccount,
        credentials: Credentials,
        *,
        listeners: Sequence[Listener],
        executor: Executor,
        gate: Gate,
    ) -> None:
        self.account = account
        self.listeners = listeners
        self.executor = executor
        self.stream = AccountStream(
            credentials,
            on_event=self.take,
            url=settings.EXCHANGE_ACCOUNT_STREAM_URL,
            nonces=ThreadsNonces(),
            filters=FILTERS,
            gate=gate,
        )
        self.reason = NOTHING_YET
        # Why the exchange does not take the key, once it has said so.
        self.refused: Refused | None = None
        self._heard: float | None = None
        self._told: tuple[float | None, str] = (None, NOTHING_YET)
        self._balances: dict[str, Decimal] = {}
        self._waiting: list[Event] = []
        self._has_news = asyncio.Event()

    @property
    def age_seconds(self) -> float | None:
        """Return how long the exchange has been silent; None before its first word."""
        return None if self._heard is None else time.monotonic() - self._heard

    def has_news(self) -> bool:
        """Tell, once, that the exchange spoke or fell silent since this was last asked."""
        now = (self._heard, self.reason)
        is_news = now != self._told
        self._told = now
        return is_news

    async def run(self) -> None:
        """Hear and store. Ends where the key is refused, raises what storing raises."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.stream.run())
                group.create_task(self._keep_storing())
        except* Refused as group_of_one:
            refused = group_of_one.exceptions[0]
            self.refused = refused if isinstance(refused, Refused) else None

    def take(self, event: Event) -> None:
        """Keep an event for the listeners, and have computed what it leaves open."""
        if isinstance(event, Disconnected):
            self.reason = f"The account's stream is interrupted: {event.reason}."
        elif isinstance(event, ChannelFrame | told.Authenticated):
            self._heard = time.monotonic()
            self.reason = ""
        if isinstance(event, ChannelEvent):
            self._waiting.append(event)
            self._has_news.set()
        if names := self._moved_by(event):
            self.stream.calculate(names)

    def _moved_by(self, event: Event) -> list[str]:
        """Return what an event has changed without telling it: what is available in wallets.

        Source: Bitfinex docs, WebSocket wallets: null until it is asked for.
        """
        match event:
            case told.WalletsSnapshot():
                return [name_of(wallet) for wallet in event.wallets if wallet.balance]
            case told.WalletChanged(wallet=wallet) if wallet.available is None:
                # Once for each balance: the answer itself may be without it.
                before = self._balances.get(name_of(wallet))
                self._balances[name_of(wallet)] = wallet.balance
                return [] if before == wallet.balance else [name_of(wallet)]
            case told.OrderChanged(order=order) if is_symbol(order.symbol):
                is_spot = order.type.startswith("EXCHANGE ")
                kind = WalletType.EXCHANGE if is_spot else WalletType.MARGIN
                return [calculations.wallet(kind, each) for each in split(order.symbol)]
        return []

    async def _keep_storing(self) -> None:
        """Store what has come, all of it at once; what comes meanwhile is the next round's."""
        loop = asyncio.get_running_loop()
        while True:
            await self._has_news.wait()
            self._has_news.clear()
            burst, self._waiting = self._waiting, []
            await loop.run_in_executor(self.executor, self._store, burst)

    def _store(self, burst: Sequence[Event]) -> None:
        try:
            kill_point(KillPoint.STREAM_TOLD)
            # Each has a transaction of its own, if any: one that held the rows of all would wait
            # for readings of orders and of balances, which take theirs in other orders.
            for listener in self.listeners:
                listener(self.account, burst)
        finally:
            connection.close()


def name_of(wallet: Wallet) -> str:
    return calculations.wallet(wallet.type, wallet.currency)
