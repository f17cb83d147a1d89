"""What every currency was worth while nobody ran the exchange: a year back, and since a stop.

Values are told for midnights (UTC) and for both ends of an unattended stretch; what happened in
between, each market makes up for itself. So crosses agree with their dollar legs day by day.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from exchange.paper.market.currencies import Currency
from exchange.paper.market.markets import TRADES_A_TURN, Market
from exchange.paper.market.prices import common_share
from exchange.paper.market.showcase import valued
from exchange.paper.market.spans import DAY_MS, FREE_TRADES, Span
from exchange.paper.numbers import UNIT, cut_down, cut_up

YEAR_MS = 366 * DAY_MS

# How far from its peg a pegged value is found at midnight, in parts of a day's move.
_PEG_WIDTH = 0.6
# How far a day's highest and lowest price lie beyond its ends, in parts of a day's move.
_REACH = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A time nobody attended. Values are in USD, by currency code.

    before is None where the past is open: nobody knows what came earlier. first_id and last_id
    are the numbers its trades may bear.
    """

    start_ms: int
    end_ms: int
    first_id: int
    last_id: int
    before: Mapping[str, float] | None
    after: Mapping[str, float]


class Course:
    """Make up one stretch. seed is a text; the same stretch always has the same course."""

    def __init__(self, seed: str, stretch: Stretch) -> None:
        self.stretch = stretch
        self._seed = f"{seed}/{stretch.start_ms}/{stretch.end_ms}"
        first = stretch.start_ms - stretch.start_ms % DAY_MS + DAY_MS
        self._edges = [*range(first, stretch.end_ms, DAY_MS), stretch.end_ms]
        self._edges.insert(0, stretch.start_ms)
        self._common = self._kicks("common")
        self._levels: dict[str, list[float]] = {}

    def days(
        self, market: Market, start_ms: int, end_ms: int, *, newest_first: bool
    ) -> Iterator[Span]:
        """Yield what a market traded, day by day, on the days that touch start_ms to end_ms."""
        first = max(0, bisect_right(self._edges, start_ms) - 1)
        places = range(first, min(len(self._edges) - 1, bisect_left(self._edges, end_ms)))
        for place in reversed(places) if newest_first else places:
            span = self._day(market, place)
            if span is not None:
                yield span

    def _day(self, market: Market, place: int) -> Span | None:
        start_ms, end_ms = self._edges[place], self._edges[place + 1]
        dice = self._dice(f"{market.symbol}/{start_ms}")
        share = (end_ms - start_ms) / DAY_MS
        busy = share * dice.lognormvariate(-0.1, 0.45)
        count = round(market.actions_a_day * TRADES_A_TURN * busy)
        if not count:
            return None
        first, last = self._fair(market, place), self._fair(market, place + 1)
        if count < FREE_TRADES:
            first = high = low = last
        else:
            high, low = _extremes(market, first, last, share, dice)
        coins = market.day_turnover * busy / math.exp(self._known(market.counted_in)[place])
        volume = max(count, round(coins * dice.lognormvariate(-0.03, 0.25) * UNIT))
        first_id, next_id = self._first_id(start_ms), self._first_id(end_ms)
        return Span(start_ms, end_ms, first, high, low, last, volume, count, first_id, next_id - 1)

    def _first_id(self, moment_ms: int) -> int:
        stretch = self.stretch
        passed, whole = moment_ms - stretch.start_ms, stretch.end_ms - stretch.start_ms
        return stretch.first_id + (stretch.last_id + 1 - stretch.first_id) * passed // whole

    def _fair(self, market: Market, place: int) -> int:
        base, quote = self._known(market.base.code)[place], self._known(market.quote.code)[place]
        return cut_down(max(2, round(math.exp(base - quote) * UNIT)))

    def _known(self, code: str) -> list[float]:
        """Return the logarithm of a currency's value at every edge."""
        if code not in self._levels:
            self._levels[code] = self._walk(valued(code))
        return self._levels[code]

    def _walk(self, currency: Currency) -> list[float]:
        before, own = self.stretch.before, self._kicks(currency.code)
        after = math.log(self.stretch.after[currency.code])
        first = None if before is None else math.log(before[currency.code])
        if currency.pegged:
            peg, width = math.log(currency.start_value), currency.day_volatility * _PEG_WIDTH
            inner = [peg + width * kick for kick in own[1:-1]]
            return [peg if first is None else first, *inner, after]
        walk = list(accumulate(self._steps(currency, own), initial=0.0))
        if first is None:
            return [after + passed - walk[-1] for passed in walk]
        # A bridge: what the walk misses the end by is taken back evenly.
        missed = after - first - walk[-1]
        return [
            first + passed + missed * part for passed, part in zip(walk, self._parts, strict=True)
        ]

    def _steps(self, currency: Currency, own: list[float]) -> Iterator[float]:
        share = common_share(currency)
        for place in range(len(self._edges) - 1):
            days = (self._edges[place + 1] - self._edges[place]) / DAY_MS
            kick = self._common[place] * share**0.5 + own[place] * (1 - share) ** 0.5
            yield currency.day_volatility * days**0.5 * kick

    @property
    def _parts(self) -> list[float]:
        start_ms, whole = self._edges[0], self._edges[-1] - self._edges[0]
        return [(edge - start_ms) / whole for edge in self._edges]

    def _kicks(self, name: str) -> list[float]:
        dice = self._dice(name)
        return [dice.gauss(0, 1) for _ in self._edges]

    def _dice(self, name: str) -> random.Random:
        # A text seed means the same in every process, which hash() does not.
        return random.Random(f"{self._seed}/{name}")  # noqa: S311 - for bots, not for secrets


def _extremes(
    market: Market, first: int, last: int, share: float, dice: random.Random
) -> tuple[int, int]:
    moves = max(market.base.day_volatility, market.quote.day_volatility)
    reach = moves * share**0.5 * _REACH
    high = cut_up(round(max(first, last) * math.exp(abs(dice.gauss(0, reach)))))
    low = cut_down(round(min(first, last) * math.exp(-abs(dice.gauss(0, reach)))))
    return high, max(1, low)
