"""Asking over REST for the figures that no channel of the stream brings.

The two versions of the exchange's API differ in what a call tells: one answers with every pair,
the other with the pair it was asked for.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from dashboard.live.listing import Listing
from dashboard.live.quotes import Standing
from exchange import DecodeError, ExchangeError, InvalidRequest, RestV1, RestV2, Ticker, TickerV1
from exchange.symbols import symbol_of

LIST_SECONDS = 600.0
# The most traded market: somebody's price is asked for even where nobody's is wanted.
SIGN_OF_LIFE = "tBTCUSD"
logger = logging.getLogger(__name__)

# Of the listed symbols, those that what people hold is valued by.
HeldMarkets = Callable[[frozenset[str]], Collection[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One symbol's figures as REST told them; `change` is None where the API does not tell it."""

    symbol: str
    last: Decimal
    bid: Decimal
    ask: Decimal
    change: Decimal | None
    volume: Decimal
    high: Decimal
    low: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one poll brought, every symbol that can be subscribed to, and the closed ones.

    `closed` are those that are listed and yet closed, None where nothing is known of the list: then
    what is not `listed` need not have been dropped.
    """

    figures: tuple[Figures, ...]
    listed: frozenset[str]
    closed: Mapping[str, Standing] | None = None


class Tickers(Protocol):
    """One way to ask; `pause_seconds` lie between two polls."""

    pause_seconds: float

    def poll(self, *, watched: frozenset[str], streamed: frozenset[str]) -> Polled:
        """Ask once, for a symbol that is not streamed where one has to be chosen.

        Raises ExchangeError.
        """

    def close(self) -> None: ...


class AllTickers:
    """REST v2's way: one call tells of all pairs."""

    pause_seconds = 4.0  # 15 of the 30 calls a minute that the exchange allows

    def __init__(self, client: RestV2) -> None:
        self._client = client
        self._listing = Listing(client)

    def poll(self, *, watched: frozenset[str], streamed: frozenset[str]) -> Polled:
        figures = tuple(
            figures_of(ticker, change=ticker.daily_change_relative)
            for ticker in self._client.tickers()
        )
        listed = frozenset(each.symbol for each in figures)
        return Polled(figures=figures, listed=listed, closed=self._listing.closed(listed))

    def close(self) -> None:
        self._client.close()


class TickersInTurn:
    """REST v1's way: a call tells of one pair, so those that matter take turns.

    They are what people hold and what pages look at while the stream does not bring it. v1 has
    no figure for the change of a day.
    """

    pause_seconds = 3.0  # 20 of the 30 calls a minute that the exchange allows

    def __init__(self, client: RestV1, held: HeldMarkets) -> None:
        self._client = client
        self._held = held
        self._listed: frozenset[str] = frozenset()
        self._list_again_at = -math.inf
        self._asked_at: dict[str, float] = {}

    def poll(self, *, watched: frozenset[str], streamed: frozenset[str]) -> Polled:
        self._learn_list()
        symbol = self._next(watched, streamed)
        figures = self._ask(symbol) if symbol else ()
        # A list without a single pair says nothing about any.
        return Polled(figures=figures, listed=self._listed, closed={} if self._listed else None)

    def close(self) -> None:
        self._client.close()

    def _learn_list(self) -> None:
        """Read the list of pairs now and then. Raises ExchangeError while there is none at all."""
        now = time.monotonic()
        if self._listed and now < self._list_again_at:
            return
        try:
            self._listed = frozenset(map(symbol_of, self._client.symbols()))
        except ExchangeError as exc:
            if not self._listed:
                raise
            logger.warning("the list of pairs could not be read again: %s", exc)
        self._list_again_at = now + LIST_SECONDS

    def _next(self, watched: frozenset[str], streamed: frozenset[str]) -> str | None:
        """Return the symbol that was asked for the longest ago; None where nothing is listed."""
        wanted = (watched.union(self._held(self._listed)) & self._listed) - streamed
        # Without any answer the feed's age would say that the exchange is gone.
        candidates = wanted or {SIGN_OF_LIFE} & self._listed or self._listed
        return min(
            candidates, key=lambda each: (self._asked_at.get(each, -math.inf), each), default=None
        )

    def _ask(self, symbol: str) -> tuple[Figures, ...]:
        """Ask for one symbol. One that has no figures must not keep the others from theirs."""
        self._asked_at[symbol] = time.monotonic()
        try:
            return (figures_of(self._client.pubticker(symbol), change=None),)
        except (InvalidRequest, DecodeError) as exc:
            logger.info("no figures of %s: %s", symbol, exc)
            return ()


def figures_of(ticker: Ticker | TickerV1, *, change: Decimal | None) -> Figures:
    return Figures(
        symbol=ticker.symbol,
        last=ticker.last,
        bid=ticker.bid,
        ask=ticker.ask,
        change=change,
        volume=ticker.volume,
        high=ticker.high,
        low=ticker.low,
    )
