"""What each currency is worth from step to step: a seeded walk that looks like a market."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping

from exchange.paper.market.markets import Currency, Market
from exchange.paper.numbers import UNIT

STEP_SECONDS = 0.1

_STEPS_PER_DAY = 24 * 3600 / STEP_SECONDS
# Coins move together: this much of a coin's variance comes from the mood of the whole market.
_COMMON_SHARE = 0.45
# Calm and wild hours: the market's volatility itself wanders around 1 with this memory.
_MOOD_MEMORY = 1 - 1 / (600 / STEP_SECONDS)
_MOOD_WIDTH = 0.35
# A stable coin goes back to its peg within about half an hour.
_PEG_PULL = 1 / (1800 / STEP_SECONDS)


class PriceProcess:
    """Walk the logarithm of every currency's value in USD, one step at a time.

    Floats are at home here: these are opinions of bots about worth, not anybody's money.
    """

    def __init__(
        self,
        currencies: Iterable[Currency],
        source: random.Random,
        values: Mapping[str, float] | None = None,
    ) -> None:
        self._source = source
        self._mood = 0.0
        known = values or {}
        self._walks = [_Walk(currency, known.get(currency.code)) for currency in currencies]
        self._by_code = {walk.currency.code: walk for walk in self._walks}

    def step(self) -> None:
        """Advance every value by one step."""
        gauss = self._source.gauss
        kick = _MOOD_WIDTH * math.sqrt(1 - _MOOD_MEMORY**2)
        self._mood = self._mood * _MOOD_MEMORY + kick * gauss(0, 1)
        mood = math.exp(self._mood)
        common = gauss(0, 1)
        for walk in self._walks:
            walk.step(mood, common, gauss(0, 1))

    def value(self, code: str) -> float:
        """Return what one whole coin is worth in USD."""
        return math.exp(self._by_code[code].level)

    def values(self) -> dict[str, float]:
        """Return every value, to go on from after a restart."""
        return {code: self.value(code) for code in self._by_code}

    def fair(self, market: Market) -> int:
        """Return the price, in units, at which the market would be in balance with all others."""
        base, quote = self._by_code[market.base.code], self._by_code[market.quote.code]
        return max(2, round(math.exp(base.level - quote.level) * UNIT))

    def move(self, market: Market, price: int) -> None:
        """Re-value the market's base so that its fair price is `price` units."""
        quote = self._by_code[market.quote.code]
        self._by_code[market.base.code].level = quote.level + math.log(price / UNIT)

    def hold(self, market: Market, *, is_held: bool) -> None:
        """Let the value of a market's base stay where it is moved to, or walk again."""
        self._by_code[market.base.code].is_held = is_held


def common_share(currency: Currency) -> float:
    """Return how much of a currency's variance it has in common with all others."""
    return 0.0 if currency.pegged else _COMMON_SHARE


class _Walk:
    __slots__ = ("common", "currency", "is_held", "level", "own", "peg")

    def __init__(self, currency: Currency, value: float | None) -> None:
        self.currency = currency
        self.is_held = False
        self.level = math.log(value or currency.start_value)
        self.peg = math.log(currency.start_value)
        step_volatility = currency.day_volatility / math.sqrt(_STEPS_PER_DAY)
        share = common_share(currency)
        self.common = step_volatility * math.sqrt(share)
        self.own = step_volatility * math.sqrt(1 - share)

    def step(self, mood: float, common: float, own: float) -> None:
        if self.is_held:
            return
        self.level += mood * (self.common * common + self.own * own)
        if self.currency.pegged:
            self.level += (self.peg - self.level) * _PEG_PULL
