"""Rows of order books; those of pairs with the characters that checksums are made of.

Of a pair's book prices are in quote currency and amounts in base currency; of funding's, rates are
fractions a day and amounts in the symbol's currency.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from msgspec import Struct

from exchange import rows
from exchange.wire import plain


class BookLevel(Struct, frozen=True, kw_only=True):
    """One price of an order book: `count` orders, bids with a positive amount, asks a negative.

    `count` 0 takes the level away. The two texts are the characters that came over the wire, which
    checksums are made of. Source: Bitfinex docs, Books.
    """

    price: Decimal
    count: int
    amount: Decimal
    price_text: str
    amount_text: str

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from [price, count, amount], parsed by `wire.loads_raw` to keep the characters."""
        price, count, amount = rows.array(row, 3)[:3]
        return cls(
            price=rows.decimal(price),
            count=rows.integer(count),
            amount=rows.decimal(amount),
            price_text=characters(price),
            amount_text=characters(amount),
        )


class RawBookOrder(Struct, frozen=True, kw_only=True):
    """One order of a raw book: a bid with a positive amount, an ask with a negative one.

    A price of 0 takes the order away. The texts are the characters that came over the wire.
    Source: Bitfinex docs, Raw books.
    """

    id: int
    price: Decimal
    amount: Decimal
    price_text: str
    amount_text: str

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from [order id, price, amount], parsed by `wire.loads_raw`."""
        order_id, price, amount, *_ = rows.array(row, 3)
        return cls(
            id=rows.integer(order_id),
            price=rows.decimal(price),
            amount=rows.decimal(amount),
            price_text=characters(price),
            amount_text=characters(amount),
        )


class FundingBookLevel(Struct, frozen=True, kw_only=True):
    """One rate and period of a funding book. Here a positive amount is an offer to lend, an ask.

    `count` 0 takes the level away. Source: Bitfinex docs, Books.
    """

    rate: Decimal
    period: int
    count: int
    amount: Decimal

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from [rate, period, count, amount]."""
        rate, period, count, amount, *_ = rows.array(row, 4)
        return cls(
            rate=rows.decimal(rate),
            period=rows.integer(period),
            count=rows.integer(count),
            amount=rows.decimal(amount),
        )


class RawFundingOffer(Struct, frozen=True, kw_only=True):
    """One offer of a raw funding book; a positive amount lends. A rate of 0 takes it away.

    Source: Bitfinex docs, Raw books.
    """

    id: int
    period: int
    rate: Decimal
    amount: Decimal

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from [offer id, period, rate, amount]."""
        offer_id, period, rate, amount, *_ = rows.array(row, 4)
        return cls(
            id=rows.integer(offer_id),
            period=rows.integer(period),
            rate=rows.decimal(rate),
            amount=rows.decimal(amount),
        )


def characters(number: int | str | Decimal) -> str:
    """Return the digits a number came with, where they were kept, for a checksum over them."""
    return plain(number) if isinstance(number, Decimal) else str(number)
