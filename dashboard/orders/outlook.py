"""How the market stands to an order: what of it the live book would take, and at which prices."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from dashboard.figures import age_text
from dashboard.live.board import board
from dashboard.live.depth import Check
from dashboard.live.quotes import FeedState
from dashboard.orders.estimate import Walk, is_worse, middle, other_side, walk
from dashboard.orders.kinds import Flag, has_flag, kind_of
from dashboard.orders.models import Order
from dashboard.orders.sizing import usable_book
from exchange.symbols import cut_price


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What the book holds for the order now; `walk` is None where it holds nothing for it.

    `market` is the middle of the book, or the last price without one. A book whose checksum
    failed counts as none until it has come anew.
    """

    walk: Walk | None
    market: Decimal | None
    best: Decimal | None
    is_maker: bool
    crosses: bool
    share: Decimal | None
    book_age_ms: int | None
    book_state: FeedState
    book_check: Check

    @property
    def impact(self) -> Decimal | None:
        if self.walk is None or not self.market:
            return None
        return self.walk.impact(self.market)

    @property
    def has_book(self) -> bool:
        is_fresh = self.book_state in {FeedState.LIVE, FeedState.SLOW}
        return is_fresh and self.book_check is not Check.FAILED

    @property
    def book_words(self) -> str:
        """Say how far the book can be trusted."""
        if self.book_age_ms is None:
            return "not read"
        if self.book_check is Check.FAILED:
            return "checksum failed, being rebuilt"
        age = age_text(self.book_age_ms)
        if not self.has_book:
            return f"{age}, stale"
        return f"{age}, {'checksum held' if self.book_check is Check.HELD else 'not checked yet'}"


def outlook_of(order: Order) -> Outlook:
    """Walk the book as far as the order may go in it."""
    shown, book = board.book(order.symbol), usable_book(order.symbol)
    kind = kind_of(order)
    is_triggered = kind is not None and kind.is_triggered
    limit = None if order.is_market or is_triggered else order.price
    levels = other_side(book, order.side)
    # What waits for a stop takes nothing of today's book, but it shows what such a size does.
    taken = walk(levels, order.amount, side=order.side, limit=limit)
    best = levels[0].price if levels else quoted(order)
    crosses = limit is not None and best is not None and not is_worse(best, limit, order.side)
    waits = kind is not None and kind.code == "LIMIT" and not crosses
    return Outlook(
        walk=taken,
        market=middle(book) or last(order),
        best=best,
        is_maker=waits and not has_flag(order, Flag.HIDDEN),
        crosses=crosses,
        share=taken.covered / order.amount if taken else None,
        book_age_ms=shown.age_ms() if shown else None,
        book_state=shown.state if shown else FeedState.OFF,
        book_check=shown.check if shown else Check.WAITING,
    )


@dataclass(frozen=True, slots=True)
class Pick:
    """A price of the market now that a ticket offers to take over."""

    name: str
    price: Decimal


def picks(symbol: str) -> list[Pick]:
    """Return bid, middle and ask as far as they are known, as prices that orders may have."""
    quote = board.quote(symbol)
    bid, ask = (quote.bid, quote.ask) if quote else (None, None)
    mid = (bid + ask) / 2 if bid and ask else None
    found = {"bid": bid, "mid": mid, "ask": ask}
    return [Pick(name, cut_price(price)) for name, price in found.items() if price]


def quoted(order: Order) -> Decimal | None:
    """Return the best price of the other side by the quote alone."""
    quote = board.quote(order.symbol)
    if quote is None:
        return None
    return quote.ask if order.side == "buy" else quote.bid


def last(order: Order) -> Decimal | None:
    quote = board.quote(order.symbol)
    return quote.last if quote else None
