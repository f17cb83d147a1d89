"""What an order would cost by what the book or the last price says. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum

from dashboard.decimal_field import trimmed
from dashboard.live.depth import BookView, Level

# Prices have five digits; an average of several deserves one more, and no tail of a division.
AVERAGE = Context(prec=6)


class Basis(StrEnum):
    """What an estimate rests on."""

    LIMIT = "limit"
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


def limit_estimate(*, amount: Decimal, price: Decimal) -> Estimate:
    """Return the worst case of a limit order: all of it at its limit."""
    return Estimate(basis=Basis.LIMIT, price=price, total=trimmed(amount * price))


def market_estimate(
    *, side: str, amount: Decimal, book: BookView | None, last: Decimal | None
) -> Estimate:
    """Walk the other side of the book; without one take the last price, and say which."""
    levels = () if book is None else book.asks if side == "buy" else book.bids
    if levels:
        return walked(levels, amount)
    if last is None:
        return Estimate(basis=Basis.NOTHING, price=None, total=None)
    return Estimate(basis=Basis.LAST, price=last, total=trimmed(amount * last))


def walked(levels: Sequence[Level], amount: Decimal) -> Estimate:
    """Fill `amount` from the best level down; what the book lacks goes at its last price."""
    total = Decimal(0)
    left = amount
    for level in levels:
        taken = min(left, level.amount)
        total += taken * level.price
        left -= taken
        if not left:
            break
    covered = amount - left
    total += left * levels[-1].price
    return Estimate(
        basis=Basis.BOOK,
        price=trimmed(AVERAGE.divide(total, amount)),
        total=trimmed(total),
        covered=covered,
    )
