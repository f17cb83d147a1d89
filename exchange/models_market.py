"""What markets tell beyond prices and trades: candles, raw books, perpetuals, averages.

See `exchange.models` for what holds for every model.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from exchange import rows
from exchange.models import characters


class Timeframe(StrEnum):
    """How long one candle lasts. Source: Bitfinex docs, Candles."""

    ONE_MINUTE = "1m"
    FIVE_MINUTES = "5m"
    FIFTEEN_MINUTES = "15m"
    THIRTY_MINUTES = "30m"
    ONE_HOUR = "1h"
    THREE_HOURS = "3h"
    SIX_HOURS = "6h"
    TWELVE_HOURS = "12h"
    ONE_DAY = "1D"
    ONE_WEEK = "1W"
    TWO_WEEKS = "14D"
    ONE_MONTH = "1M"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candle:
    """What happened from `time` on, for the length of one timeframe; volume in base currency.

    For funding the prices are daily rates. A period without trades has no candle at all.
    Source: Bitfinex docs, Candles.
    """

    time: datetime
    open: Decimal
    close: Decimal
    high: Decimal
    low: Decimal
    volume: Decimal

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from [milliseconds, open, close, high, low, volume]: the close comes second."""
        row = rows.array(row, 6)
        return cls(
            time=rows.time_ms(row[0]),
            open=rows.decimal(row[1]),
            close=rows.decimal(row[2]),
            high=rows.decimal(row[3]),
            low=rows.decimal(row[4]),
            volume=rows.decimal(row[5]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TickerMoment:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RawBookOrder:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivativeStatus:
    """Where a perpetual stands: its prices, its funding event, its insurance fund.

    `current_funding` and `next_funding_accrued` are rates; None is what the exchange left out.
    Source: Bitfinex docs, Derivatives status.
    """

    symbol: str
    time: datetime
    price: Decimal | None
    spot_price: Decimal | None
    insurance_fund: Decimal | None
    next_funding: datetime | None
    next_funding_accrued: Decimal | None
    next_funding_step: int | None
    current_funding: Decimal | None
    mark_price: Decimal | None
    open_interest: Decimal | None
    clamp_minimum: Decimal | None
    clamp_maximum: Decimal | None

    @classmethod
    @rows.decodes
    def from_wire(cls, symbol: str, row: Any) -> Self:
        """Build from a row of 18 or more without the key: milliseconds, null, price, spot, …"""
        row = rows.padded(row, 18, 23)
        return cls(
            symbol=symbol,
            time=rows.time_ms(row[0]),
            price=rows.optional_decimal(row[2]),
            spot_price=rows.optional_decimal(row[3]),
            insurance_fund=rows.optional_decimal(row[5]),
            next_funding=rows.optional_time_ms(row[7]),
            next_funding_accrued=rows.optional_decimal(row[8]),
            next_funding_step=rows.optional_integer(row[9]),
            current_funding=rows.optional_decimal(row[11]),
            mark_price=rows.optional_decimal(row[14]),
            open_interest=rows.optional_decimal(row[17]),
            clamp_minimum=rows.optional_decimal(row[21]),
            clamp_maximum=rows.optional_decimal(row[22]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AveragePrice:
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
