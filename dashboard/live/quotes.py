"""A quote as this web process knows it: the newest values of one symbol, and how old they are."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from dashboard import figures

LIVE_MS = 5_000
STALE_MS = 18_000  # a heartbeat is due every 15 s, so silence this long is a dead channel
# What a quote says, and how it is written for people.
FIGURES = {
    "last": figures.price_text,
    "bid": figures.price_text,
    "ask": figures.price_text,
    "change": figures.change_text,
    "volume": figures.size_text,
    "high": figures.price_text,
    "low": figures.price_text,
}
# What travels to pages, and what a page shows: an age is counted by the browser.
TOLD = (*FIGURES, "standing")
FIELDS = (*TOLD, "age")
ABSENT_TONE = "absent"  # there is nothing to strike through
OPEN_TONE = "open"  # there is nothing to say; a class, since styles that ask for values cost more


class FeedState(StrEnum):
    """What may be said of a value. Whether it may be traded on: dashboard/orders/locks.py."""

    LIVE = "live"
    SLOW = "slow"
    STALE = "stale"
    SNAPSHOT = "snapshot"
    OFF = "off"
    CLOSED = "closed"  # however fresh the last word: nobody can trade at it


class Standing(StrEnum):
    """Whether a market trades at all; what it is called for people is in WORDS."""

    OPEN = ""
    DELISTED = "delisted"
    HALTED = "halted"
    MAINTENANCE = "maintenance"


WORDS = {
    Standing.OPEN: "",
    Standing.DELISTED: "No longer listed",
    Standing.HALTED: "Not trading",
    Standing.MAINTENANCE: "In maintenance",
}


def state_of(age_ms: int | None, *, is_streamed: bool) -> FeedState:
    """Return the state of a value whose source last spoke `age_ms` ago (None: never)."""
    if age_ms is None:
        return FeedState.OFF
    if age_ms >= STALE_MS:
        return FeedState.STALE
    if not is_streamed:
        return FeedState.SNAPSHOT
    return FeedState.LIVE if age_ms < LIVE_MS else FeedState.SLOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One live figure on a page: the text for people, the rest for scripts."""

    symbol: str
    field: str
    value: str
    at_ms: int | None
    age_ms: int | None
    text: str
    tone: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The newest values of a symbol; prices are quote per base, volume is base per day.

    `change` is a fraction of the price a day ago. `at_ms` is when (epoch, this host's clock)
    the values last changed; `age_at_arrival_ms` how long its channels had been silent when it
    came in; `arrived` when that was on this process's monotonic clock.
    """

    symbol: str
    last: Decimal | None = None
    bid: Decimal | None = None
    ask: Decimal | None = None
    change: Decimal | None = None
    volume: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None
    at_ms: int | None = None
    is_streamed: bool = True
    standing: Standing = Standing.OPEN
    age_at_arrival_ms: int = 0
    arrived: float = field(default_factory=time.monotonic)

    def age_ms(self) -> int:
        """Return how long the exchange has been silent about this symbol."""
        return self.age_at_arrival_ms + round((time.monotonic() - self.arrived) * 1000)

    def state(self) -> FeedState:
        if self.standing:
            return FeedState.CLOSED
        return state_of(self.age_ms(), is_streamed=self.is_streamed)

    def written(self, name: str) -> tuple[str, str, str]:
        """Return a figure for scripts, for people, and its tone."""
        if name == "standing":
            return standing_written(self.standing)
        return as_written(name, getattr(self, name))

    @property
    def cells(self) -> dict[str, Cell]:
        """Return the figures of this quote as they stand now, by field name."""
        age_ms = self.age_ms()
        state = self.state().value
        written = {name: self.written(name) for name in TOLD}
        written["age"] = (figures.plain(Decimal(age_ms // 100) / 10), figures.age_text(age_ms), "")
        return {
            name: Cell(
                symbol=self.symbol,
                field=name,
                value=value,
                at_ms=self.at_ms,
                age_ms=age_ms,
                text=text,
                tone=shade,
                state=state,
            )
            for name, (value, text, shade) in written.items()
        }


def as_written(name: str, value: Decimal | None) -> tuple[str, str, str]:
    """Return a figure's value for scripts, for people, and its tone."""
    if value is None:
        return "", figures.ABSENT, ABSENT_TONE
    tone = figures.change_tone(value) if name == "change" else ""
    return figures.plain(value), FIGURES[name](value), tone


def standing_written(standing: Standing) -> tuple[str, str, str]:
    """Return why nobody can trade as a figure is written; nothing is shown while anybody can."""
    return standing.value, WORDS[standing], "" if standing else OPEN_TONE


def absent_cells(symbol: str, standing: Standing = Standing.OPEN) -> dict[str, Cell]:
    """Return the cells of a symbol that nothing is known about, but perhaps that it is closed."""
    written = dict.fromkeys(FIELDS, ("", figures.ABSENT, ABSENT_TONE))
    written["standing"] = standing_written(standing)
    return {
        name: Cell(
            symbol=symbol,
            field=name,
            value=value,
            at_ms=None,
            age_ms=None,
            text=text,
            tone=tone,
            state=(FeedState.CLOSED if standing else FeedState.OFF).value,
        )
        for name, (value, text, tone) in written.items()
    }
