"""A stretch of a market's past in a few figures, and the finer stretches it is made of.

Whatever is asked of the past is unfolded from above: a day is split into halves, those into
quarters, and so on down to minutes and single trades. A split is drawn from dice that depend on
nothing but the stretch, so any hour of any day can be had without the rest of the year, and the
parts always add up to the whole: counts and volumes to the unit, the first price and the last,
the highest and the lowest.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from exchange.paper.market.trades import Trade
from exchange.paper.numbers import cut_down

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

# From a day down to a minute; each divides the one before.
LEVELS_MS = tuple(
    minutes * MINUTE_MS for minutes in (24 * 60, 12 * 60, 6 * 60, 3 * 60, 60, 30, 15, 5, 1)
)
# A part with so many trades can have any first, last, highest and lowest price.
FREE_TRADES = 4
# With fewer trades a part than this, the trades themselves are drawn and sorted into parts.
_CROWDED = 2 * FREE_TRADES


class Span(NamedTuple):
    """What was traded from start_ms up to end_ms. Prices and volume in units.

    first_id and last_id are the numbers of its first and last trade.
    """

    start_ms: int
    end_ms: int
    open: int
    high: int
    low: int
    close: int
    volume: int
    trades: int
    first_id: int
    last_id: int


def joined(spans: Sequence[Span]) -> Span:
    """Sum up neighbouring spans, oldest first; at least one."""
    first, last = spans[0], spans[-1]
    return Span(
        first.start_ms,
        last.end_ms,
        first.open,
        max(span.high for span in spans),
        min(span.low for span in spans),
        last.close,
        sum(span.volume for span in spans),
        sum(span.trades for span in spans),
        first.first_id,
        last.last_id,
    )


class Unfolder:
    """Unfold the spans of one market. name is what its dice depend on."""

    def __init__(self, name: str) -> None:
        self._name = name

    def parts(
        self, span: Span, width_ms: int, start_ms: int, end_ms: int, *, newest_first: bool
    ) -> Iterator[Span]:
        """Yield the parts of a span that touch start_ms to end_ms; empty ones are missing.

        No part crosses a multiple of width_ms, which is one of LEVELS_MS.
        """
        level_ms = _level_below(span, width_ms)
        if level_ms is None:
            yield span
            return
        parts = self.split(span, level_ms)
        for part in reversed(parts) if newest_first else parts:
            if part.end_ms > start_ms and part.start_ms < end_ms:
                yield from self.parts(part, width_ms, start_ms, end_ms, newest_first=newest_first)

    def since(self, span: Span, start_ms: int) -> Iterator[Span]:
        """Yield what a span holds from start_ms on, exact to the minute, in few large parts."""
        if span.start_ms >= start_ms:
            yield span
        elif span.end_ms > start_ms and (level_ms := _level_below(span, MINUTE_MS)) is not None:
            for part in self.split(span, level_ms):
                yield from self.since(part, start_ms)

    def split(self, span: Span, width_ms: int) -> list[Span]:
        """Split a span at the multiples of width_ms, oldest first, leaving out the empty parts."""
        first_cut = span.start_ms - span.start_ms % width_ms + width_ms
        edges = [span.start_ms, *range(first_cut, span.end_ms, width_ms), span.end_ms]
        dice = self._dice(span, width_ms)
        if span.trades < _CROWDED * (len(edges) - 1):
            return _sorted_into(edges, _drawn_trades(span, dice))
        return _drawn_parts(span, edges, dice)

    def trades(self, span: Span) -> list[Trade]:
        """Return the trades of a minute, oldest first."""
        return _drawn_trades(span, self._dice(span, 0))

    def _dice(self, span: Span, width_ms: int) -> random.Random:
        # A text seed means the same in every process, which hash() does not.
        name = f"{self._name}/{span.start_ms}/{span.end_ms}/{width_ms}"
        return random.Random(name)  # noqa: S311 - for bots, not for secrets


def _level_below(span: Span, width_ms: int) -> int | None:
    for level_ms in LEVELS_MS:
        if level_ms < width_ms:
            break
        if span.start_ms // level_ms != (span.end_ms - 1) // level_ms:
            return level_ms
    return None


def _drawn_parts(span: Span, edges: list[int], dice: random.Random) -> list[Span]:
    lengths = [later - earlier for earlier, later in zip(edges, edges[1:], strict=False)]
    counts = _portions(
        span.trades, [length * dice.lognormvariate(0, 0.3) for length in lengths], FREE_TRADES
    )
    weights = [count * dice.lognormvariate(0, 0.4) for count in counts]
    # Every trade moves a unit at least.
    extra = _portions(span.volume - span.trades, weights, 0)
    volumes = [count + more for count, more in zip(counts, extra, strict=True)]
    corners = _corners(span, edges, dice)
    highs, lows = _reaches(span, corners, dice)
    first_ids = _first_ids(span, counts)
    return [
        Span(
            edges[place],
            edges[place + 1],
            corners[place],
            highs[place],
            lows[place],
            corners[place + 1],
            volumes[place],
            counts[place],
            first_ids[place],
            first_ids[place + 1] - 1,
        )
        for place in range(len(lengths))
    ]


def _corners(span: Span, edges: list[int], dice: random.Random) -> list[int]:
    """Draw the price at every edge: a walk from the first price that ends at the last."""
    whole, reach = span.end_ms - span.start_ms, (span.high - span.low) * 0.6
    corners = [span.open]
    for edge in edges[1:-1]:
        passed = (edge - span.start_ms) / whole
        straight = span.open + (span.close - span.open) * passed
        off = dice.gauss(0, reach * (passed * (1 - passed)) ** 0.5)
        corners.append(_within(span, straight + off))
    return [*corners, span.close]


def _reaches(span: Span, corners: list[int], dice: random.Random) -> tuple[list[int], list[int]]:
    """Draw how far each part goes up and down; one of them goes all the way each time."""
    pairs = list(zip(corners, corners[1:], strict=False))
    reach = (span.high - span.low) * 0.25 / len(pairs) ** 0.5
    highs = [_within(span, max(pair) + abs(dice.gauss(0, reach))) for pair in pairs]
    lows = [_within(span, min(pair) - abs(dice.gauss(0, reach))) for pair in pairs]
    # What came near is the likeliest to have been there.
    highs[_one_of(highs, dice)] = span.high
    lows[_one_of([-low for low in lows], dice)] = span.low
    return highs, lows


def _one_of(scores: list[int], dice: random.Random) -> int:
    room = (max(scores) - min(scores)) * 0.3
    return max(range(len(scores)), key=lambda place: scores[place] + dice.random() * room)


def _within(span: Span, price: float) -> int:
    return min(span.high, max(span.low, cut_down(max(1, round(price)))))


def _portions(total: int, weights: list[float], least: int) -> list[int]:
    """Share `total` out by weight, so that everyone gets at least `least`."""
    rest, whole = total - least * len(weights), sum(weights)
    shares, told, passed = [], 0, 0.0
    for weight in weights:
        passed += weight
        reached = min(rest, int(rest * (passed / whole)))
        shares.append(least + reached - told)
        told = reached
    shares[-1] += rest - told
    return shares


def _first_ids(span: Span, counts: list[int]) -> list[int]:
    numbers, passed, found = span.last_id + 1 - span.first_id, 0, [span.first_id]
    for count in counts:
        passed += count
        found.append(span.first_id + numbers * passed // span.trades)
    return found


def _drawn_trades(span: Span, dice: random.Random) -> list[Trade]:
    """Draw trades that have the span's count, volume and prices."""
    count = span.trades
    prices = _drawn_prices(span, dice)
    amounts = _portions(span.volume, [dice.lognormvariate(0, 1) for _ in range(count)], 1)
    moments = sorted(dice.choices(range(span.start_ms, span.end_ms), k=count))
    numbers = span.last_id + 1 - span.first_id
    trades = []
    for place in range(count):
        earlier = prices[place - 1] if place else span.open
        rises = prices[place] > earlier or (prices[place] == earlier and dice.random() < 0.5)
        amount = amounts[place] if rises else -amounts[place]
        number = span.first_id + numbers * place // count
        trades.append(Trade(number, moments[place], amount, prices[place]))
    return trades


def _drawn_prices(span: Span, dice: random.Random) -> list[int]:
    last = span.trades - 1
    anchors = {0: span.open, last: span.close}
    wanted = [
        price
        for price, reached in (
            (span.high, max(span.open, span.close)),
            (span.low, min(span.open, span.close)),
        )
        if price != reached
    ]
    anchors |= zip(dice.sample(range(1, last), len(wanted)), wanted, strict=True)
    noise, places = (span.high - span.low) * 0.05, sorted(anchors)
    prices = [span.open] if last == 0 else []
    for earlier, later in zip(places, places[1:], strict=False):
        begin, step = anchors[earlier], (anchors[later] - anchors[earlier]) / (later - earlier)
        prices.append(begin)
        for place in range(1, later - earlier):
            prices.append(_within(span, begin + step * place + dice.gauss(0, noise)))
    return [*prices, span.close] if last else prices


def _sorted_into(edges: list[int], trades: list[Trade]) -> list[Span]:
    found, rest = [], iter(trades)
    trade = next(rest, None)
    for start_ms, end_ms in zip(edges, edges[1:], strict=False):
        inside = []
        while trade is not None and trade.made_ms < end_ms:
            inside.append(trade)
            trade = next(rest, None)
        if inside:
            found.append(summed_up(start_ms, end_ms, inside))
    return found


def summed_up(start_ms: int, end_ms: int, trades: Sequence[Trade]) -> Span:
    """Sum up trades, oldest first; at least one."""
    prices = [trade.price for trade in trades]
    return Span(
        start_ms,
        end_ms,
        prices[0],
        max(prices),
        min(prices),
        prices[-1],
        sum(abs(trade.amount) for trade in trades),
        len(trades),
        trades[0].id,
        trades[-1].id,
    )
