"""Prices at a glance: now, at full hours of the past, and for an amount.

Prices are in quote currency, volumes in base currency. Of funding, rates are fractions a day,
periods whole days, and amounts in the symbol's currency.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from msgspec import Struct

from exchange import rows


class Ticker(Struct, frozen=True):
    """The best prices of a pair and its last 24 hours.

    Sizes are sums of 25 levels, in base currency; `daily_change_relative` is a fraction.
    Source: Bitfinex docs, Ticker.
    """

    symbol: str
    bid: Decimal
    bid_size: Decimal
    ask: Decimal
    ask_size: Decimal
    daily_change: Decimal
    daily_change_relative: Decimal
    last: Decimal
    volume: Decimal
    high: Decimal
    low: Decimal

    @classmethod
    @rows.decodes
    def from_wire(cls, symbol: str, row: Any) -> Self:
        """Build from a row of 10 or more: bid, size, ask, size, change, relative, last, …"""
        return cls(symbol, *rows.decimals(rows.array(row, 10)[:10]))


class FundingTicker(Struct, frozen=True, kw_only=True):
    """The best rates of a currency and its last 24 hours.

    `frr` is the flash return rate, an average of all fixed-rate funding of the last hour.
    Source: Bitfinex docs, Ticker.
    """

    symbol: str
    frr: Decimal | None
    bid: Decimal
    bid_period: int
    bid_size: Decimal
    ask: Decimal
    ask_period: int
    ask_size: Decimal
    daily_change: Decimal
    daily_change_relative: Decimal
    last: Decimal
    volume: Decimal
    high: Decimal
    low: Decimal
    frr_available: Decimal | None

    @classmethod
    @rows.decodes
    def from_wire(cls, symbol: str, row: Any) -> Self:
        """Build from a row of 13 or more: rate, bid, period, size, ask, period, size, …"""
        row = rows.padded(row, 13, 16)
        return cls(
            symbol=symbol,
            frr=rows.optional_decimal(row[0]),
            bid=rows.decimal(row[1]),
            bid_period=rows.integer(row[2]),
            bid_size=rows.decimal(row[3]),
            ask=rows.decimal(row[4]),
            ask_period=rows.integer(row[5]),
            ask_size=rows.decimal(row[6]),
            daily_change=rows.decimal(row[7]),
            daily_change_relative=rows.decimal(row[8]),
            last=rows.decimal(row[9]),
            volume=rows.decimal(row[10]),
            high=rows.decimal(row[11]),
            low=rows.decimal(row[12]),
            frr_available=rows.optional_decimal(row[15]),
        )


class TickerMoment(Struct, frozen=True, kw_only=True):
    """The best prices of a pair at one full hour. Source: Bitfinex docs, Tickers history."""

    symbol: str
    bid: Decimal | None
    ask: Decimal | None
    time: datetime

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from a row of 13 or more: symbol first, bid, ask, and the time as the 13th."""
        row = rows.array(row, 13)
        return cls(
            symbol=rows.text(row[0]),
            bid=rows.optional_decimal(row[1]),
            ask=rows.optional_decimal(row[3]),
            time=rows.time_ms(row[12]),
        )


class AveragePrice(Struct, frozen=True, kw_only=True):
    """What an amount would cost on average, by the book as it is; for funding, a daily rate.

    `amount` is how much the book has of it. Source: Bitfinex docs, Market average price.
    """

    price: Decimal
    amount: Decimal

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from [average price or rate, amount]."""
        price, amount, *_ = rows.array(row, 2)
        return cls(price=rows.decimal(price), amount=rows.decimal(amount))
