"""The accounts' streams as a component of every worker: of all workers one hears each account.

The right to hear is a lease in the database, so that a worker that dies is replaced within seconds
and none of this needs the broker.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.db import DatabaseError

from dashboard.accounts import database_lease, key_health
from dashboard.accounts.models import SealedKey, StreamLease
from dashboard.accounts.sealing import SealingError, unseal
from dashboard.accounts.selectors import tended_accounts
from dashboard.accounts.stream.beats import write_beat
from dashboard.accounts.stream.hearing import AccountHearing, Listener
from dashboard.worker_threads import DatabaseThread, LoopThread
from exchange.errors import NotPermitted
from exchange.stream.account import ACCOUNT_TIMING
from exchange.stream.pacing import Gate

LEASE = timedelta(seconds=3)
ROUND_SECONDS = 0.75
# A stream that ended begins anew after this, and one that the key may not hear after that.
AGAIN_SECONDS = 1.0
FORBIDDEN_SECONDS = 600.0
# Turns with keys are waited for in threads: as many accounts may wait at once.
WAITING_THREADS = 32
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Running:
    """An account that this worker hears, and the key with which it does."""

    hearing: AccountHearing
    task: asyncio.Task[None]
    envelope: str


class AccountStreams(LoopThread):
    """Hear every account whose lease can be had, from start() to stop()."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        super().__init__("account streams")
        self.listeners = listeners
        self.holder = uuid4()
        self.running: dict[int, Running] = {}
        self.not_before: dict[int, float] = {}
        self.gate = Gate(ACCOUNT_TIMING.connections, ACCOUNT_TIMING.connection_window)
        # Apart, so that a slow listener never costs a lease.
        self.leases = DatabaseThread("account leases")
        self.listening = ThreadPoolExecutor(2, "account listeners")

    def begin(self) -> None:
        self.loop.set_default_executor(ThreadPoolExecutor(WAITING_THREADS, "account turns"))

    def end(self) -> None:
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.leases.shut_down()
        self.listening.shutdown()

    async def work(self) -> None:
        """Hear what there is to hear, and give the leases back in the end."""
        held_at = time.monotonic()
        try:
            while True:
                try:
                    await self.follow(await self.leases.do(self.hold_leases))
                    held_at = time.monotonic()
                except DatabaseError as exc:
                    logger.warning("the accounts' streams: %s", type(exc).__name__)
                    if time.monotonic() - held_at > LEASE.total_seconds():
                        await self.follow({})
                except Exception:
                    logger.exception("a round of the accounts' streams failed")
                await asyncio.sleep(ROUND_SECONDS)
        finally:
            await asyncio.shield(self.follow({}))

    async def follow(self, held: dict[int, SealedKey]) -> None:
        """Hear the accounts whose leases are ours, each with its newest key, and no others."""
        for account_id, running in list(self.running.items()):
            sealed = held.get(account_id)
            is_another = sealed is None or sealed.envelope != running.envelope
            if running.task.done() or is_another:
                await self.leave(account_id, gives_back=sealed is None)
        for account_id, sealed in held.items():
            is_due = time.monotonic() >= self.not_before.get(account_id, 0.0)
            if account_id not in self.running and is_due:
                self.hear(sealed)
        await self.leases.do(self.write_beats)

    def hear(self, sealed: SealedKey) -> None:
        try:
            credentials = unseal(sealed)
        except SealingError as exc:
            logger.warning("the stream of account %s: %s", sealed.pk, exc)
            self.not_before[sealed.pk] = time.monotonic() + FORBIDDEN_SECONDS
            return
        hearing = AccountHearing(
            sealed.account,
            credentials,
            listeners=self.listeners,
            executor=self.listening,
            gate=self.gate,
        )
        task = self.loop.create_task(hearing.run())
        self.running[sealed.pk] = Running(hearing, task, sealed.envelope)

    async def leave(self, account_id: int, *, gives_back: bool) -> None:
        running = self.running.pop(account_id)
        running.task.cancel()
        (outcome,) = await asyncio.gather(running.task, return_exceptions=True)
        if isinstance(outcome, Exception):
            logger.error("the stream of account %s failed", account_id, exc_info=outcome)
        refused = running.hearing.refused
        if refused is not None:
            await self.leases.do(key_health.note_refusal, account_id, refused)
        is_forbidden = isinstance(refused, NotPermitted)
        pause = FORBIDDEN_SECONDS if is_forbidden else AGAIN_SECONDS
        self.not_before[account_id] = time.monotonic() + pause
        if gives_back:
            await self.leases.do(self.give_back, account_id)

    # --- in the leases' thread ---

    def hold_leases(self) -> dict[int, SealedKey]:
        """Take or keep what leases can be had; return their accounts' keys."""
        keys = SealedKey.objects.select_related("account")
        return {
            sealed.pk: sealed
            for sealed in keys.filter(account__in=tended_accounts())
            if database_lease.hold(StreamLease, str(sealed.pk), self.holder, lasts=LEASE)
        }

    def write_beats(self) -> None:
        for account_id, running in list(self.running.items()):
            write_beat(account_id, self.holder, running.hearing)

    def give_back(self, account_id: int) -> None:
        try:
            database_lease.release(StreamLease, str(account_id), self.holder)
        except DatabaseError as exc:
            logger.warning("a stream's lease ends by itself: %s", type(exc).__name__)
