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
    """One key's newest outcome; its lock lets one ask while the others wait for the answer."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    outcome: Value | ExchangeError | None = None
    asked_at: float = 0.0
    until: float = 0.0


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
        is_good: Callable[[Value], bool] | None = None,
    ) -> tuple[Value, float]:
        """Return what is kept or else asked for, and how many seconds ago it was asked for.

        is_good: tells of an answer that is older than `keep_seconds` whether it still will do.
        Raises the ExchangeError that `ask` raised, to all who wait for the same key.
        """
        place = self._place(key)
        with place.lock:
            if place.outcome is None or not self._will_do(place.outcome, place.until, is_good):
                place.outcome = self._ask(place, ask, keep_seconds)
            if isinstance(place.outcome, ExchangeError):
                raise place.outcome.with_traceback(None)
            return place.outcome, self._steady() - place.asked_at

    def clear(self) -> None:
        with self._lock:
            self._places.clear()

    def __len__(self) -> int:
        return len(self._places)

    def _will_do(
        self,
        outcome: Value | ExchangeError,
        until: float,
        is_good: Callable[[Value], bool] | None,
    ) -> bool:
        if self._steady() < until:
            return True
        return is_good is not None and not isinstance(outcome, ExchangeError) and is_good(outcome)

    def _place(self, key: Hashable) -> _Place[Value]:
        with self._lock:
            place = self._places.setdefault(key, _Place())
            self._places.move_to_end(key)
            if len(self._places) > self._most:
                self._places.popitem(last=False)
        return place

    def _ask(
        self, place: _Place[Value], ask: Callable[[], Value], keep_seconds: float
    ) -> Value | ExchangeError:
        # An answer is as old as its question: it may describe the moment that was asked in.
        place.asked_at = self._steady()
        try:
            answer = ask()
        except ExchangeError as exc:
            place.until = self._steady() + FAILURE_SECONDS
            return exc
        place.until = place.asked_at + keep_seconds
        return answer
