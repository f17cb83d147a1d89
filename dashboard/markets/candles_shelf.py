"""Answers of the exchange, kept for those who ask the same: ten tabs cost one call."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from exchange.errors import ExchangeError

FAILURE_SECONDS = 2.0
Value = TypeVar("Value")


@dataclass(slots=True)
class _Place(Generic[Value]):
    """One key's newest answer and what it failed with since; its lock lets one ask at a time."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    kept: tuple[Value, float] | None = None  # and when it was asked for
    failure: ExchangeError | None = None
    until: float = 0.0  # whichever is newer stands


class Shelf(Generic[Value]):
    """At most `most` outcomes by key; the one unused for longest goes first.

    A failure is kept too, for a moment: everybody who waited for it would otherwise ask again,
    one after the other. `steady` is a monotonic clock in seconds.
    """

    def __init__(self, most: int, *, steady: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._steady = steady
        self._lock = threading.Lock()
        self._places: OrderedDict[Hashable, _Place[Value]] = OrderedDict()

    def get(
        self,
        key: Hashable,
        ask: Callable[[], Value],
        *,
        keep_seconds: float,
        is_good: Callable[[Value, float], bool] | None = None,
    ) -> tuple[Value, float]:
        """Return what is kept or else asked for, and how many seconds ago it was asked for.

        is_good: told an answer that is older than `keep_seconds`, and its age, says whether it will
        do all the same, also where asking has failed since.
        Raises the ExchangeError that `ask` raised, to all who wait for the same key.
        """
        place = self._place(key)
        with place.lock:
            now = self._steady()
            if place.kept is not None:
                value, asked_at = place.kept
                is_fresh = place.failure is None and now < place.until
                if is_fresh or (is_good is not None and is_good(value, now - asked_at)):
                    return value, now - asked_at
            if place.failure is not None and now < place.until:
                raise place.failure.with_traceback(None)
            return self._ask(place, ask, keep_seconds)

    def clear(self) -> None:
        with self._lock:
            self._places.clear()

    def __len__(self) -> int:
        return len(self._places)

    def _place(self, key: Hashable) -> _Place[Value]:
        with self._lock:
            place = self._places.setdefault(key, _Place())
            self._places.move_to_end(key)
            if len(self._places) > self._most:
                self._places.popitem(last=False)
        return place

    def _ask(
        self, place: _Place[Value], ask: Callable[[], Value], keep_seconds: float
    ) -> tuple[Value, float]:
        # An answer is as old as its question: it may describe the moment that was asked in.
        asked_at = self._steady()
        try:
            value = ask()
        except ExchangeError as exc:
            place.failure, place.until = exc, self._steady() + FAILURE_SECONDS
            raise
        place.kept, place.failure = (value, asked_at), None
        place.until = asked_at + keep_seconds
        return value, self._steady() - asked_at
