"""What markets tell beyond prices: sizes of orders, candles, perpetuals."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from msgspec import Struct

from exchange import rows


class PairInfo(Struct, frozen=True, kw_only=True):
    """Order sizes (base currency) and margin fractions of a pair, which change over time.

    Source: Bitfinex docs, conf `pub:info:pair`.
    """

    pair: str
    minimum: Decimal
    maximum: Decimal
    initial_margin: Decimal | None
    minimum_margin: Decimal | None

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from [pair, [null, null, null, minimum, maximum, null, null, null, …]]."""
        pair, sizes, *_ = rows.array(row, 2)
        sizes = rows.array(sizes, 5)
        sizes = sizes + [None] * (10 - len(sizes))
        return cls(
            pair=rows.text(pair),
            minimum=rows.decimal_text(sizes[3]),
            maximum=rows.decimal_text(sizes[4]),
            initial_margin=rows.optional_decimal(sizes[8]),
            minimum_margin=rows.optional_decimal(sizes[9]),
        )


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


class Candle(Struct, frozen=True, kw_only=True):
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


class DerivativeStatus(Struct, frozen=True, kw_only=True):
    """Where a perpetual stands: its prices, its funding event, its insurance fund.

    Prices and the insurance fund are in quote currency, open interest in base currency;
    `current_funding` and `next_funding_accrued` are fractions. None is what the exchange left out.
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
