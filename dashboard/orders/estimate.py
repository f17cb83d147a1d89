"""What an order would trade at by what the book, or failing that the last price, says. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Context, Decimal, localcontext
from enum import StrEnum

from dashboard.decimal_field import trimmed
from dashboard.live.depth import BookView, Level

# Prices have five digits; an average of several deserves one more, and no tail of a division.
AVERAGE = Context(prec=6)
# The exchange keeps amounts to eight decimals. Source: Bitfinex docs, Introduction.
AMOUNT_QUANTUM = Decimal("0.00000001")
WIDE = 60


class Basis(StrEnum):
    """What an estimate rests on."""

    LIMIT = "limit"
    STOP = "stop"
    BOOK = "book"
    LAST = "last"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Average price, and price × amount in quote currency; None where nothing is known.

    `covered` is how much of the amount the book held.
    """

    basis: Basis
    price: Decimal | None
    total: Decimal | None
    covered: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What the book holds for an order: how much of it, at which average and which worst price."""

    covered: Decimal
    average: Decimal
    worst: Decimal
    total: Decimal

    def impact(self, mid: Decimal) -> Decimal:
        """Return how far the average lies from the middle of the book, as a fraction of it."""
        return abs(self.average - mid) / mid


def limit_estimate(*, amount: Decimal, price: Decimal, basis: Basis = Basis.LIMIT) -> Estimate:
    """Return all of the amount at one price: of a limit order, the worst that can happen."""
    return Estimate(basis=basis, price=price, total=trimmed(amount * price))


def market_estimate(
    *, side: str, amount: Decimal, book: BookView | None, last: Decimal | None
) -> Estimate:
    """Walk the other side of the book; without one take the last price, and say which."""
    levels = other_side(book, side)
    if levels:
        return walked(levels, amount)
    if last is None:
        return Estimate(basis=Basis.NOTHING, price=None, total=None)
    return Estimate(basis=Basis.LAST, price=last, total=trimmed(amount * last))


def walked(levels: Sequence[Level], amount: Decimal) -> Estimate:
    """Fill `amount` from the best level down; what the book lacks goes at its last price."""
    taken = walk(levels, amount)
    covered = taken.covered if taken else Decimal(0)
    total = (taken.total if taken else Decimal(0)) + (amount - covered) * levels[-1].price
    return Estimate(
        basis=Basis.BOOK,
        price=trimmed(AVERAGE.divide(total, amount)),
        total=trimmed(total),
        covered=covered,
    )


def walk(
    levels: Sequence[Level], amount: Decimal, *, side: str = "buy", limit: Decimal | None = None
) -> Walk | None:
    """Return what the levels hold of `amount`, none worse than `limit`; None where that is none."""
    total, left, worst = Decimal(0), amount, None
    for level in levels:
        if not left or (limit is not None and is_worse(level.price, limit, side)):
            break
        taken = min(left, level.amount)
        total += taken * level.price
        left -= taken
        worst = level.price
    covered = amount - left
    if worst is None or not covered:
        return None
    average = trimmed(AVERAGE.divide(total, covered))
    return Walk(covered=covered, average=average, worst=worst, total=trimmed(total))


def is_worse(price: Decimal, limit: Decimal, side: str) -> bool:
    return price > limit if side == "buy" else price < limit


def affordable(levels: Sequence[Level], budget: Decimal) -> Decimal:
    """Return how much of the base currency `budget` buys, cut to eight decimals, never above.

    What the levels lack is reckoned at the last of them.
    """
    amount, left = Decimal(0), budget
    for level in levels:
        if left <= level.amount * level.price:
            return cut(amount + quotient(left, level.price))
        amount += level.amount
        left -= level.amount * level.price
    return cut(amount + quotient(left, levels[-1].price))


def amount_for(total: Decimal, price: Decimal) -> Decimal:
    """Return the largest amount of eight decimals that costs no more than `total`."""
    return cut(quotient(total, price))


def quotient(total: Decimal, price: Decimal) -> Decimal:
    with localcontext(prec=WIDE, rounding=ROUND_DOWN):
        return total / price


def cut(amount: Decimal) -> Decimal:
    with localcontext(prec=WIDE):
        return trimmed(amount.quantize(AMOUNT_QUANTUM, rounding=ROUND_DOWN))


def other_side(book: BookView | None, side: str) -> tuple[Level, ...]:
    """Return the levels that an order of `side` takes, best first."""
    if book is None:
        return ()
    return book.asks if side == "buy" else book.bids


def middle(book: BookView | None) -> Decimal | None:
    """Return the price between best bid and best ask, None while a side is empty."""
    if book is None or not book.bids or not book.asks:
        return None
    return (book.bids[0].price + book.asks[0].price) / 2
