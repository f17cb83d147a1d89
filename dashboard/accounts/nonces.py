"""The nonce authority on the database, for processes on many machines.

A turn is a lease on a row: one conditional UPDATE takes it, another issues each nonce, a third
gives it back. No transaction is open while the call to the exchange runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from django.db import DatabaseError
from django.db.models import Q
from django.db.models.functions import Now

from dashboard.accounts.models import NonceTurn
from exchange.errors import NotSent
from exchange.nonce import BUSY, Turn, fingerprint, microseconds, next_nonce

LEASE = timedelta(seconds=15)
# An order that waits says so again with every attempt, so this only has to outlive one.
URGENT = timedelta(seconds=1)
POLL_SECONDS = 0.02
URGENT_POLL_SECONDS = 0.005


class DatabaseNonces:
    """One call in flight per key, whatever machine it starts from; see exchange.nonce.

    Leases are timed by the database's clock, the only one that all machines share.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], int] = microseconds,
        patience_seconds: float = 10.0,
        lease: timedelta = LEASE,
    ) -> None:
        self._clock = clock
        self._patience_seconds = patience_seconds
        self._lease = lease

    @contextmanager
    def turn(self, key: str, *, urgent: bool = False) -> Iterator[Turn]:
        """Wait for the key's lease and hold it while the block runs. Raises NotSent."""
        name = fingerprint(key)
        epoch, last_nonce = self._acquire(name, urgent)
        try:
            yield DatabaseTurn(self, name, epoch, last_nonce)
        finally:
            # A lease that cannot be given back ends by itself; the call's outcome matters more.
            with suppress(DatabaseError):
                NonceTurn.objects.filter(fingerprint=name, epoch=epoch).update(held_until=None)

    def issue(self, name: str, epoch: int, last_nonce: int) -> int:
        """Return the next nonce of this turn. Raises NotSent once the turn has passed on."""
        nonce = next_nonce(last_nonce, self._clock())
        # While the turn is held, nobody else changes its last nonce.
        mine = NonceTurn.objects.filter(fingerprint=name, epoch=epoch, last_nonce=last_nonce)
        try:
            if mine.update(last_nonce=nonce, held_until=Now() + self._lease):
                return nonce
        except DatabaseError as exc:
            raise NotSent("the database that keeps the nonces does not answer") from exc
        raise NotSent("held the key for too long; another call has it now")

    def _acquire(self, name: str, urgent: bool) -> tuple[int, int]:
        give_up_at = time.monotonic() + self._patience_seconds
        try:
            while (held := self._try(name, urgent)) is None:
                if time.monotonic() >= give_up_at:
                    raise NotSent(BUSY)
                time.sleep(URGENT_POLL_SECONDS if urgent else POLL_SECONDS)
        except DatabaseError as exc:
            raise NotSent("the database that keeps the nonces does not answer") from exc
        return held

    def _try(self, name: str, urgent: bool) -> tuple[int, int] | None:
        """Take the lease if it is free; return its epoch and the last nonce before it."""
        row = NonceTurn.objects.filter(fingerprint=name)
        found = row.values_list("epoch", "last_nonce").first()
        if found is None:  # this key's first turn
            turn, _ = NonceTurn.objects.get_or_create(fingerprint=name)
            found = turn.epoch, turn.last_nonce
        epoch, last_nonce = found
        is_free = Q(held_until=None) | Q(held_until__lte=Now())
        if not urgent:
            is_free &= Q(urgent_until=None) | Q(urgent_until__lte=Now())
        # The epoch in the condition makes the next one ours alone; the nonce has to be the newest.
        mine = row.filter(is_free, epoch=epoch, last_nonce=last_nonce)
        if mine.update(epoch=epoch + 1, held_until=Now() + self._lease):
            return epoch + 1, last_nonce
        if urgent:
            row.update(urgent_until=Now() + URGENT)
        return None


class DatabaseTurn:
    """One caller's time alone with a key."""

    __slots__ = ("_authority", "_epoch", "_last_nonce", "_name")

    def __init__(self, authority: DatabaseNonces, name: str, epoch: int, last_nonce: int) -> None:
        self._authority = authority
        self._name = name
        self._epoch = epoch
        self._last_nonce = last_nonce

    def issue(self) -> str:
        self._last_nonce = self._authority.issue(self._name, self._epoch, self._last_nonce)
        return str(self._last_nonce)
