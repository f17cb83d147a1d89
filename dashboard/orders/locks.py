"""When an order may not be placed, whatever anybody wants: the price is not known to be alive."""

from __future__ import annotations

from dashboard.figures import age_text
from dashboard.live.board import board
from dashboard.live.quotes import STALE_MS, WORDS, FeedState, Quote

# A review says so when its price is older than this; it still may be placed.
OLD_MS = 10_000


def placing_lock(symbol: str, name: str) -> str:
    """Return why orders in a market have to wait, "" when they need not.

    There is no way round it. Cancelling never asks.
    """
    quote = board.quote(symbol)
    if quote is None or quote.state() is FeedState.OFF:
        return f"No live price of {name} has arrived, so placing waits. Nothing was sent."
    if quote.standing:
        return f"{name}: {WORDS[quote.standing].lower()} at the exchange. Nothing was sent."
    if is_stale(quote):
        return (
            f"The price of {name} is {age_text(quote.age_ms())} old, so placing waits until "
            "live prices are back. Nothing was sent."
        )
    feed = board.feed()
    if feed.state is FeedState.STALE:
        # Polls may still bring prices; but every page says that nothing can be placed.
        return (
            f"The exchange's feed has been silent for {age_text(feed.age_ms or 0)}, so placing "
            "waits until live prices are back. Nothing was sent."
        )
    return ""


def is_stale(quote: Quote) -> bool:
    return quote.state() is FeedState.STALE or quote.age_ms() >= STALE_MS
