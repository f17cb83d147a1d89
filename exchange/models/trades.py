"""Trades: ours, with order and fee, and those of strangers.

Amounts are in base currency, prices in quote currency. Of loans, amounts are in the symbol's
currency and rates fractions a day (0.0002 is 0.02 % a day), for whole days.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from msgspec import Struct

from exchange import rows


class Fill(Struct, frozen=True, kw_only=True):
    """One trade of ours: signed amount, price, and the fee (negative is a charge).

    `order_type`, `order_price` and the maker's side are None where the endpoint leaves them out.
    Source: Bitfinex docs, Trades (authenticated).
    """

    id: int
    symbol: str
    time: datetime
    order_id: int
    amount: Decimal
    price: Decimal
    order_type: str | None
    order_price: Decimal | None
    is_maker: bool | None
    fee: Decimal | None
    fee_currency: str | None
    cid: int | None

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from a row of 6 to 12; what is missing at the end is None."""
        row = rows.array(row, 6)
        row = row + [None] * (12 - len(row))
        maker = rows.optional_integer(row[8])
        return cls(
            id=rows.integer(row[0]),
            symbol=rows.text(row[1]),
            time=rows.time_ms(row[2]),
            order_id=rows.integer(row[3]),
            amount=rows.decimal(row[4]),
            price=rows.decimal(row[5]),
            order_type=rows.optional_text(row[6]),
            order_price=rows.optional_decimal(row[7]),
            is_maker=None if maker is None else maker > 0,
            fee=rows.optional_decimal(row[9]),
            fee_currency=rows.optional_text(row[10]),
            cid=rows.optional_integer(row[11]),
        )


class PublicTrade(Struct, frozen=True, kw_only=True):
    """A trade between strangers; a negative amount means the taker sold.

    Source: Bitfinex docs, Trades.
    """

    id: int
    symbol: str
    time: datetime
    amount: Decimal
    price: Decimal

    @classmethod
    @rows.decodes
    def from_wire(cls, symbol: str, row: Any) -> Self:
        """Build from [id, milliseconds, amount, price]."""
        row = rows.array(row, 4)
        return cls(
            id=rows.integer(row[0]),
            symbol=symbol,
            time=rows.time_ms(row[1]),
            amount=rows.decimal(row[2]),
            price=rows.decimal(row[3]),
        )


class PublicFundingTrade(Struct, frozen=True, kw_only=True):
    """A loan between strangers; a negative amount means the taker lent.

    Source: Bitfinex docs, Trades.
    """

    id: int
    symbol: str
    time: datetime
    amount: Decimal
    rate: Decimal
    period: int

    @classmethod
    @rows.decodes
    def from_wire(cls, symbol: str, row: Any) -> Self:
        """Build from [id, milliseconds, amount, rate, period]."""
        row = rows.array(row, 5)
        return cls(
            id=rows.integer(row[0]),
            symbol=symbol,
            time=rows.time_ms(row[1]),
            amount=rows.decimal(row[2]),
            rate=rows.decimal(row[3]),
            period=rows.integer(row[4]),
        )


class FundingFill(Struct, frozen=True, kw_only=True):
    """A loan that came of an offer of ours. Source: Bitfinex docs, Funding trades."""

    id: int
    symbol: str
    time: datetime
    offer_id: int
    amount: Decimal
    rate: Decimal
    period: int

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from [id, symbol, milliseconds, offer id, amount, rate, period]."""
        row = rows.array(row, 7)
        return cls(
            id=rows.integer(row[0]),
            symbol=rows.text(row[1]),
            time=rows.time_ms(row[2]),
            offer_id=rows.integer(row[3]),
            amount=rows.decimal(row[4]),
            rate=rows.decimal(row[5]),
            period=rows.integer(row[6]),
        )
