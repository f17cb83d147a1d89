"""Which markets are closed: what the exchange lists, beside what it has a price for."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Mapping

from dashboard.live.quotes import Standing
from exchange import ExchangeError, RestV2
from exchange.symbols import symbol_of

KINDS = ("exchange", "futures")
ASK_AGAIN_SECONDS = 600.0
logger = logging.getLogger(__name__)


class Listing:
    """Compares every poll of prices with the exchange's own list of pairs.

    The list is asked for now and then, and at once when a market's price came or went.
    """

    def __init__(self, client: RestV2) -> None:
        self._client = client
        self._priced: frozenset[str] = frozenset()
        self._pairs: frozenset[str] = frozenset()
        self._ask_at = -math.inf

    def closed(self, priced: frozenset[str]) -> Mapping[str, Standing] | None:
        """Return the markets that are listed without a price, None while no list was read.

        `priced` is what has a price now.
        """
        if priced != self._priced or time.monotonic() >= self._ask_at:
            self._learn(priced)
        return dict.fromkeys(self._pairs - priced, Standing.HALTED) if self._pairs else None

    def _learn(self, priced: frozenset[str]) -> None:
        """Read the list; while that fails, what was known stays, and the next poll tries again."""
        try:
            pairs = frozenset(
                symbol_of(pair) for kind in KINDS for pair in self._client.pairs(kind)
            )
        except ExchangeError as exc:
            logger.warning("the list of pairs could not be read: %s", exc)
            return
        if not pairs:
            logger.warning("the exchange lists no pairs: the known ones are kept")
            return
        self._pairs, self._priced = pairs, priced
        self._ask_at = time.monotonic() + ASK_AGAIN_SECONDS
