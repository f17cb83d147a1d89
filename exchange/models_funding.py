"""Funding: money lent for margin trading, as its markets and its lenders see it.

Rates are fractions a day (0.0002 is 0.02 % a day), periods whole days, amounts in the symbol's
currency ("fUSD": US dollars). See `exchange.models` for what holds for every model.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from exchange import rows
from exchange.models import characters


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingTicker:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFundingTrade:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingBookLevel:
    """One rate and period of a funding book. Here a positive amount is an offer to lend, an ask.

    `count` 0 takes the level away. The texts are the characters that came over the wire.
    Source: Bitfinex docs, Books.
    """

    rate: Decimal
    period: int
    count: int
    amount: Decimal
    rate_text: str
    amount_text: str

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from [rate, period, count, amount], parsed by `wire.loads_raw`."""
        rate, period, count, amount, *_ = rows.array(row, 4)
        return cls(
            rate=rows.decimal(rate),
            period=rows.integer(period),
            count=rows.integer(count),
            amount=rows.decimal(amount),
            rate_text=characters(rate),
            amount_text=characters(amount),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFundingOffer:
    """One offer of a raw funding book; a positive amount lends. A rate of 0 takes it away.

    The texts are the characters that came over the wire. Source: Bitfinex docs, Raw books.
    """

    id: int
    period: int
    rate: Decimal
    amount: Decimal
    rate_text: str
    amount_text: str

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from [offer id, period, rate, amount], parsed by `wire.loads_raw`."""
        offer_id, period, rate, amount, *_ = rows.array(row, 4)
        return cls(
            id=rows.integer(offer_id),
            period=rows.integer(period),
            rate=rows.decimal(rate),
            amount=rows.decimal(amount),
            rate_text=characters(rate),
            amount_text=characters(amount),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingInfo:
    """What our funding of one currency yields and costs; durations in days, on average.

    Source: Bitfinex docs, Funding info.
    """

    symbol: str
    yield_loan: Decimal
    yield_lend: Decimal
    duration_loan: Decimal
    duration_lend: Decimal

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from ["sym", symbol, [yields and durations]]."""
        _, symbol, numbers, *_ = rows.array(row, 3)
        loan, lend, duration_loan, duration_lend, *_ = rows.array(numbers, 4)
        return cls(
            symbol=rows.text(symbol),
            yield_loan=rows.decimal(loan),
            yield_lend=rows.decimal(lend),
            duration_loan=rows.decimal(duration_loan),
            duration_lend=rows.decimal(duration_lend),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingOffer:
    """An offer of ours to lend (amount above 0) or a bid to borrow; `amount` is what remains.

    Source: Bitfinex docs, Funding offers.
    """

    id: int
    symbol: str
    created: datetime
    updated: datetime
    amount: Decimal
    amount_orig: Decimal
    type: str
    status: str
    rate: Decimal | None
    period: int
    hidden: bool
    renews: bool

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from a row of 16 to 21; hidden and renewing are no where they are missing."""
        row = rows.padded(row, 16, 21)
        return cls(
            id=rows.integer(row[0]),
            symbol=rows.text(row[1]),
            created=rows.time_ms(row[2]),
            updated=rows.time_ms(row[3]),
            amount=rows.decimal(row[4]),
            amount_orig=rows.decimal(row[5]),
            type=rows.text(row[6]),
            status=rows.text(row[10]),
            rate=rows.optional_decimal(row[14]),
            period=rows.integer(row[15]),
            hidden=rows.optional_flag(row[17]),
            renews=rows.optional_flag(row[19]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingLoan:
    """Money lent or borrowed: unused (a loan) or in a position of `position_pair` (a credit).

    side: 1 lent, 0 both, -1 borrowed. Source: Bitfinex docs, Funding loans, Funding credits.
    """

    id: int
    symbol: str
    side: int
    created: datetime
    updated: datetime
    amount: Decimal
    status: str
    rate: Decimal | None
    period: int
    opened: datetime | None
    last_payout: datetime | None
    renews: bool
    position_pair: str | None

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from a row of 13 to 22; what is missing at the end is None or no."""
        row = rows.padded(row, 13, 22)
        return cls(
            id=rows.integer(row[0]),
            symbol=rows.text(row[1]),
            side=rows.integer(row[2]),
            created=rows.time_ms(row[3]),
            updated=rows.time_ms(row[4]),
            amount=rows.decimal(row[5]),
            status=rows.text(row[7]),
            rate=rows.optional_decimal(row[11]),
            period=rows.integer(row[12]),
            opened=rows.optional_time_ms(row[13]),
            last_payout=rows.optional_time_ms(row[14]),
            renews=rows.optional_flag(row[18]),
            position_pair=rows.optional_text(row[21]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingFill:
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
