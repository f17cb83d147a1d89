"""How much an order is: in the other currency, or as a share of what there is. Never rounded up."""

from __future__ import annotations

from decimal import Decimal

from dashboard.live.board import board
from dashboard.live.depth import BookView
from dashboard.live.quotes import FeedState
from dashboard.markets.models import Instrument
from dashboard.orders.estimate import (
    Basis,
    Estimate,
    affordable,
    amount_for,
    cut,
    limit_estimate,
    market_estimate,
    other_side,
)
from dashboard.orders.kinds import is_margin, kind_of
from dashboard.orders.models import Order
from dashboard.portfolio import selectors as portfolio

SHARES = {"25": Decimal("0.25"), "50": Decimal("0.5"), "75": Decimal("0.75"), "max": Decimal(1)}


def usable_book(symbol: str) -> BookView | None:
    """Return the book; None where it is stale, or a checksum says that it is not the exchange's."""
    book = board.book(symbol)
    if book is None or book.is_broken or book.state is FeedState.STALE:
        return None
    return book


def last_price(symbol: str) -> Decimal | None:
    quote = board.quote(symbol)
    return quote.last if quote else None


def reckoning_price(order: Order) -> Decimal | None:
    """Return the price of the order's own that its cost follows; None where the market makes it."""
    return order.price_aux_limit or order.price


def estimate_of(order: Order) -> Estimate:
    """Return what an order costs: at its limit or stop, or by the newest figures."""
    price = reckoning_price(order)
    kind = kind_of(order)
    if price is not None:
        basis = Basis.STOP if kind is not None and kind.code == "STOP" else Basis.LIMIT
        return limit_estimate(amount=order.amount, price=price, basis=basis)
    return market_estimate(
        side=order.side,
        amount=order.amount,
        book=None if order.price_trailing else usable_book(order.symbol),
        last=last_price(order.symbol),
    )


def amount_for_total(order: Order, total: Decimal) -> Decimal | None:
    """Return how much of the base currency `total` of the quote currency makes."""
    price = reckoning_price(order)
    levels = () if order.price_trailing else other_side(usable_book(order.symbol), order.side)
    if price is None and levels:
        return affordable(levels, total)
    price = price or last_price(order.symbol)
    return amount_for(total, price) if price else None


def available(order: Order, instrument: Instrument) -> portfolio.Available:
    """Return what the order's wallet has to spend of the market's two currencies.

    None where only the exchange knows.
    """
    currencies = (instrument.base, instrument.quote)
    if is_margin(order):
        return dict.fromkeys(currencies)
    return portfolio.available(order.account, currencies)


def share_of_balance(order: Order, instrument: Instrument, share: Decimal) -> Decimal | None:
    """Return that share of what the side can spend, as an amount of the base currency.

    Fees come out of what an order brings in, so all there is may be spent. Source: Bitfinex, Fees.
    """
    if order.side == "sell":
        held = available(order, instrument)[instrument.base]
        amount = None if held is None else cut(held * share)
    else:
        held = available(order, instrument)[instrument.quote]
        amount = None if held is None else amount_for_total(order, held * share)
    if amount is None or instrument.maximum is None:
        return amount
    return min(amount, instrument.maximum)
