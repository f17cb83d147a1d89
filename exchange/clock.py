"""The exchange's own time, so that a clock that runs ahead never signs.

Nonces are microseconds of our clock and may only rise: one signed while the clock is an hour ahead
makes every right one too small for an hour, and one signed years ahead spoils its key for good.
Before signing, our clock is therefore held against the date of an answer of the exchange.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from msgspec import Struct

from exchange.errors import ClockAhead, NotSent
from exchange.nonce import microseconds

MOST_AHEAD_SECONDS = 60
FRESH_SECONDS = 600.0
_MICROSECONDS = 1_000_000


class _Reading(Struct, frozen=True):
    """What time the exchange had, and what our steady clock said then."""

    exchange_microseconds: int
    steady_seconds: float


class ExchangeClock:
    """What time it is at the exchange, as told by the dates of its answers.

    clock: ours, in microseconds since the epoch, that nonces are made of; steady: one that nobody
    sets, by which a reading ages. Safe to use from many threads.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], int] = microseconds,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._steady = steady
        self._reading: _Reading | None = None

    @property
    def is_fresh(self) -> bool:
        """Whether the last reading is at most ten minutes old."""
        reading = self._reading
        return reading is not None and self._age(reading) <= FRESH_SECONDS

    def learn(self, date: str | None) -> None:
        """Take in the Date header of an answer that no cache can have given.

        What is no date is passed over: the last reading stands.
        """
        told = _parsed(date)
        if told is not None:
            self.learn_time(told)

    def learn_time(self, told: datetime) -> None:
        """Take in what the exchange has just said its time is, as the stream's pongs do."""
        since_epoch = round(told.timestamp() * _MICROSECONDS)
        self._reading = _Reading(since_epoch, self._steady())

    def check(self) -> None:
        """Raise NotSent where our clock is a minute ahead, or the exchange's time is not known.

        A clock that is behind is no danger: nonces go on from the last one. A reading that refuses
        is forgotten: it may itself have been wrong, so the next call asks for the time anew.
        """
        reading = self._reading
        if reading is None or not self.is_fresh:
            raise NotSent("not signed: the exchange's time is not known")
        now = reading.exchange_microseconds + round(self._age(reading) * _MICROSECONDS)
        ahead_seconds = (self._clock() - now) // _MICROSECONDS
        if ahead_seconds > MOST_AHEAD_SECONDS:
            self._reading = None
            raise ClockAhead(
                f"not signed: this machine's clock is {ahead_seconds} s ahead of the exchange's"
                " and would spoil the key; set the clock right"
            )

    def _age(self, reading: _Reading) -> float:
        return self._steady() - reading.steady_seconds


def _parsed(date: str | None) -> datetime | None:
    try:
        told = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)


_lock = threading.Lock()
_shared: dict[str, ExchangeClock] = {}


def shared_clock(base_url: str) -> ExchangeClock:
    """Return the clock of an exchange that all clients of this process go by."""
    with _lock:
        return _shared.setdefault(base_url, ExchangeClock())
