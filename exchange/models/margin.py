"""Margin: positions, and what the margin wallet can still carry."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from msgspec import Struct

from exchange import rows


class Position(Struct, frozen=True, kw_only=True):
    """A position, open or closed; a negative amount is short.

    `profit` and `margin_funding` are in quote currency, `profit_percent` in percent. None is what
    the endpoint leaves out: histories tell no profit, spot margin no collateral.
    Source: Bitfinex docs, Positions.
    """

    id: int
    symbol: str
    status: str
    amount: Decimal
    base_price: Decimal
    margin_funding: Decimal
    profit: Decimal | None
    profit_percent: Decimal | None
    liquidation_price: Decimal | None
    leverage: Decimal | None
    created: datetime | None
    updated: datetime | None
    is_derivative: bool
    collateral: Decimal | None
    collateral_minimum: Decimal | None

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from a row of 14 to 20; what histories lack is None."""
        row = rows.padded(row, 14, 20)
        return cls(
            symbol=rows.text(row[0]),
            status=rows.text(row[1]),
            amount=rows.decimal(row[2]),
            base_price=rows.decimal(row[3]),
            margin_funding=rows.decimal(row[4]),
            profit=rows.optional_decimal(row[6]),
            profit_percent=rows.optional_decimal(row[7]),
            liquidation_price=rows.optional_decimal(row[8]),
            leverage=rows.optional_decimal(row[9]),
            id=rows.integer(row[11]),
            created=rows.optional_time_ms(row[12]),
            updated=rows.optional_time_ms(row[13]),
            is_derivative=rows.optional_flag(row[15]),
            collateral=rows.optional_decimal(row[17]),
            collateral_minimum=rows.optional_decimal(row[18]),
        )


class MarginBase(Struct, frozen=True, kw_only=True):
    """The margin wallet as a whole, in US dollars: below `minimum` positions are liquidated.

    Source: Bitfinex docs, Margin info.
    """

    profit: Decimal
    funding_cost: Decimal
    balance: Decimal
    net: Decimal
    minimum: Decimal | None

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from ["base", [profit, funding cost, balance, net, minimum]]."""
        _, numbers, *_ = rows.array(row, 2)
        numbers = rows.padded(numbers, 4, 5)
        return cls(
            profit=rows.decimal(numbers[0]),
            funding_cost=rows.decimal(numbers[1]),
            balance=rows.decimal(numbers[2]),
            net=rows.decimal(numbers[3]),
            minimum=rows.optional_decimal(numbers[4]),
        )


class MarginSymbol(Struct, frozen=True, kw_only=True):
    """What the margin wallet can trade of one pair; the balances are in quote currency.

    `buy` and `sell` are the largest amounts that can be bought and sold, in base currency.
    Source: Bitfinex docs, Margin info.
    """

    symbol: str
    tradable_balance: Decimal
    gross_balance: Decimal
    buy: Decimal | None
    sell: Decimal | None

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from ["sym", symbol, [tradable, gross, buy, sell, …]]."""
        _, symbol, numbers, *_ = rows.array(row, 3)
        numbers = rows.padded(numbers, 2, 4)
        return cls(
            symbol=rows.text(symbol),
            tradable_balance=rows.decimal(numbers[0]),
            gross_balance=rows.decimal(numbers[1]),
            buy=rows.optional_decimal(numbers[2]),
            sell=rows.optional_decimal(numbers[3]),
        )
