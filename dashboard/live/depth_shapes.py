"""A book as shapes: bars behind its levels and a chart of its depth, as SVG path data. Pure.

A path is one attribute, which no policy against styles minds, and one node however many levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboard.live.depth import BookView, Level

BAR = 1000  # how long the bar of the deepest level of both sides is, outwards from the middle
WIDE, HIGH = 1000, 100  # the chart's own units; pages stretch it


@dataclass(frozen=True, slots=True)
class Shapes:
    """Path data of both sides; "" for a side without levels."""

    bids: str
    asks: str


def bars(book: BookView) -> Shapes:
    """Return a staircase per side, one step a row, as wide as all that stands up to there."""
    deepest = deepest_of(book)

    def steps(levels: Sequence[Level], outwards: int) -> str:
        if not levels:
            return ""
        ends = (BAR + outwards * share(level.total, deepest, BAR) for level in levels)
        return f"M{BAR} 0" + "".join(f"H{x}V{y}" for y, x in enumerate(ends, 1)) + f"H{BAR}Z"

    return Shapes(bids=steps(book.bids, -1), asks=steps(book.asks, 1))


def chart(book: BookView) -> Shapes:
    """Return what stands up to each price, over the prices from the lowest bid to the highest ask.

    Each side begins at its best price and rises outwards.
    """
    deepest = deepest_of(book)
    prices = [level.price for level in (*book.bids, *book.asks)]
    low, high = (min(prices), max(prices)) if prices else (Decimal(0), Decimal(0))
    span = high - low or Decimal(1)

    def area(levels: Sequence[Level], edge: int) -> str:
        if not levels:
            return ""
        points = [
            (share(level.price - low, span, WIDE), HIGH - share(level.total, deepest, HIGH))
            for level in levels
        ]
        steps = "".join(f"H{x}V{y}" for x, y in points)
        return f"M{points[0][0]} {HIGH}{steps}H{edge}V{HIGH}Z"

    return Shapes(bids=area(book.bids, 0), asks=area(book.asks, WIDE))


def deepest_of(book: BookView) -> Decimal:
    """Return the larger of the two sides' totals, or 1 where there is nothing to compare."""
    return max((side[-1].total for side in (book.bids, book.asks) if side), default=Decimal(1))


def share(part: Decimal, whole: Decimal, of: int) -> int:
    return int(part * of / whole)
