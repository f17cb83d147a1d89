"""The day before the simulation began, invented backwards from its first prices."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from exchange.paper.market.daystats import BUCKET_MS, BUCKETS, Bucket
from exchange.paper.market.markets import CURRENCIES, Currency, Market
from exchange.paper.market.prices import PriceProcess
from exchange.paper.numbers import UNIT, cut_down

_POINTS_PER_BUCKET = 4
_POINTS = BUCKETS * _POINTS_PER_BUCKET
_EARLIER_TRADES = 60
_STEP_MS = 100


@dataclass(frozen=True, slots=True)
class Trade:
    """A public trade. amount is signed by the side that took liquidity."""

    id: int
    made_ms: int
    amount: int
    price: int


class Yesterday:
    """Hold one path per currency, so that crosses agree with their USD legs all day long."""

    def __init__(self, prices: PriceProcess, source: random.Random, now_ms: int) -> None:
        self._source = source
        self._now_ms = now_ms
        self._paths = {
            currency.code: self._path(currency, prices.value(currency.code))
            for currency in CURRENCIES
        }

    def _path(self, currency: Currency, value: float) -> list[float]:
        # Backwards in time, then turned round: the last point is where the live walk starts.
        step = currency.day_volatility / math.sqrt(_POINTS)
        levels = [math.log(value)]
        for _ in range(_POINTS):
            levels.append(levels[-1] + self._source.gauss(0, step))
        return levels[::-1]

    def buckets(self, market: Market) -> list[Bucket]:
        """Return the market's day in quarter hours, oldest first."""
        base, quote = self._paths[market.base.code], self._paths[market.quote.code]
        path = [cut_down(round(math.exp(b - q) * UNIT)) for b, q in zip(base, quote, strict=True)]
        first = self._now_ms - self._now_ms % BUCKET_MS - (BUCKETS - 1) * BUCKET_MS
        return [
            self._bucket(market, first + place * BUCKET_MS, path[place * _POINTS_PER_BUCKET :])
            for place in range(BUCKETS)
        ]

    def _bucket(self, market: Market, start_ms: int, path: list[int]) -> Bucket:
        points = path[: _POINTS_PER_BUCKET + 1]
        coins = market.day_turnover / BUCKETS / math.exp(self._paths[market.base.code][-1])
        volume = round(coins * self._source.lognormvariate(-0.3, 0.75) * UNIT)
        return Bucket(start_ms, points[0], max(points), min(points), points[-1], volume)

    def trades(self, market: Market, price: int, first_id: int) -> list[Trade]:
        """Return the last trades before the start, oldest first, ending near `price`."""
        gap_ms = market.steps_between_actions * _STEP_MS * 3
        coins = market.day_turnover / 50_000 / math.exp(self._paths[market.base.code][-1])
        made_ms, found = self._now_ms, []
        for place in range(_EARLIER_TRADES):
            made_ms -= 1 + round(self._source.expovariate(1 / gap_ms))
            amount = max(market.minimum, round(coins * self._source.lognormvariate(0, 1) * UNIT))
            sign = self._source.choice((1, -1))
            near = cut_down(round(price * (1 + self._source.gauss(0, 1e-5 * place**0.5))))
            found.append(Trade(first_id + _EARLIER_TRADES - place, made_ms, sign * amount, near))
        return found[::-1]
