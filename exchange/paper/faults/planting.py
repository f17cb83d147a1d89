"""Faults that wait for their moment, and the count of how often each has struck.

Anyone may plant and lift faults from any thread; they strike on the exchange's own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import count
from typing import ClassVar, Generic, TypeVar, cast


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a fault may strike: a request, or a frame that is about to leave on a socket.

    channel, subject ("tBTCUSD", "trade:1m:tBTCUSD") and text are those of a frame.
    """

    key: str | None = None
    path: str = ""
    channel: str = ""
    subject: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that goes wrong, for whom, where, and how often.

    key None means any key and none. path is a pattern with `*` for any text. The first `skip`
    chances are let pass; after striking `times` times it is spent (None: never).
    """

    kind: ClassVar[str]

    key: str | None = None
    path: str = "*"
    times: int | None = 1
    skip: int = 0

    def __post_init__(self) -> None:
        if self.skip < 0 or (self.times is not None and self.times < 1):
            raise ValueError("times must be at least 1, and skip at least 0")

    def meets(self, place: Place) -> bool:
        """Tell whether the fault is meant for a place."""
        if self.key is not None and self.key != place.key:
            return False
        return fnmatchcase(place.path, self.path)


F = TypeVar("F", bound=Fault)
F_co = TypeVar("F_co", bound=Fault, covariant=True)


class NeverStruck(AssertionError):  # noqa: N818 - what happened, said as it is
    """A fault was lifted without having struck: whatever was tested, it was not this fault."""


class Planted(Generic[F_co]):
    """A fault in force. fired counts its strikes, seen the chances it had."""

    def __init__(self, number: int, fault: F_co) -> None:
        self.id = number
        self.fault = fault
        self.fired = self.seen = 0
        self._struck = threading.Condition()

    @property
    def is_ripe(self) -> bool:
        """True when the next chance is one that it takes."""
        fault = self.fault
        return self.seen >= fault.skip and (fault.times is None or self.fired < fault.times)

    def strikes(self, place: Place) -> bool:
        """Take a chance: count it, and the strike if it is one."""
        if not self.fault.meets(place):
            return False
        is_ripe = self.is_ripe
        self.seen += 1
        if not is_ripe:
            return False
        with self._struck:
            self.fired += 1
            self._struck.notify_all()
        return True

    def missed(self) -> None:
        """Take a strike back that found nothing to spoil."""
        with self._struck:
            self.fired -= 1

    def check(self) -> None:
        """Raise NeverStruck if it never has."""
        if not self.fired:
            raise NeverStruck(f"{self.fault} had {self.seen} chances and never struck")

    def wait(self, times: int = 1, seconds: float = 20) -> None:
        """Return once it has struck so often. Raises NeverStruck after so many seconds."""
        with self._struck:
            if not self._struck.wait_for(lambda: self.fired >= times, seconds):
                raise NeverStruck(f"{self.fault} struck {self.fired} times in {seconds} s")


class Faults:
    """All faults in force, in the order in which they were planted."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._planting = threading.Lock()
        self._planted: tuple[Planted[Fault], ...] = ()

    def __iter__(self) -> Iterator[Planted[Fault]]:
        return iter(self._planted)

    def __bool__(self) -> bool:
        return bool(self._planted)

    def add(self, fault: F) -> Planted[F]:
        """Put a fault in force until it is removed."""
        with self._planting:
            planted = Planted(next(self._numbers), fault)
            self._planted += (planted,)
        return planted

    def remove(self, planted: Planted[Fault]) -> bool:
        """Lift a fault; returns whether it was in force."""
        with self._planting:
            was_in_force = planted in self._planted
            self._planted = tuple(other for other in self._planted if other is not planted)
        return was_in_force

    def strike(self, kind: type[F], place: Place) -> list[Planted[F]]:
        """Let every fault of a kind that is meant for a place strike there, and return them."""
        return [
            cast(Planted[F], planted)
            for planted in self._planted
            if isinstance(planted.fault, kind) and planted.strikes(place)
        ]

    def looming(self, kind: type[F], place: Place) -> list[Planted[F]]:
        """Return the faults of a kind that would strike at a place now, and let none."""
        return [
            cast(Planted[F], planted)
            for planted in self._planted
            if isinstance(planted.fault, kind) and planted.is_ripe and planted.fault.meets(place)
        ]
