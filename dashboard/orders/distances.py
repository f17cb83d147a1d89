"""How far an order's price is from the market, as the server draws it first.

The browser goes on from there with every price that arrives: static/js/distances.js, in the same
words.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from dashboard.figures import SPACE, grouped
from dashboard.live.board import board
from dashboard.live.quotes import FeedState
from dashboard.orders import locks
from dashboard.orders.models import Order

# A price that is not known to be live tells nothing about where the market is.
NOT_LIVE = "market not live"


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """An order's price beside the newest of its market; `age_ms` and `state` are the latter's."""

    symbol: str
    price: Decimal
    last: Decimal | None
    age_ms: int | None
    state: FeedState
    words: str


def distance_of(order: Order) -> Distance:
    """Return the distance of an order that has a price."""
    assert order.price is not None  # noqa: S101 - whoever asks has looked
    quote = board.quote(order.symbol)
    if quote is None or not quote.last:
        return Distance(
            symbol=order.symbol,
            price=order.price,
            last=None,
            age_ms=None,
            state=FeedState.OFF,
            words=NOT_LIVE,
        )
    return Distance(
        symbol=order.symbol,
        price=order.price,
        last=quote.last,
        age_ms=quote.age_ms(),
        state=quote.state(),
        words=NOT_LIVE if locks.is_stale(quote) else off_market(order.price, quote.last),
    )


def off_market(price: Decimal, last: Decimal) -> str:
    """Return how far a price is from the market: "−2.30 % off the market"."""
    percent = grouped(abs(price / last - 1) * 100, 2)
    sign = "" if percent == "0.00" else "−" if price < last else "+"
    return f"{sign}{percent}{SPACE}% off the market"
