"""An account's own funding: what it offers, lends and borrows.

Rates are fractions a day (0.0002 is 0.02 % a day), periods whole days, amounts in the symbol's
currency ("fUSD": US dollars).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from msgspec import Struct

from exchange import rows


class FundingInfo(Struct, frozen=True, kw_only=True):
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


class FundingOffer(Struct, frozen=True, kw_only=True):
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


class FundingLoan(Struct, frozen=True, kw_only=True):
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
