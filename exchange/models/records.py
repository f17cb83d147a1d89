"""An account's history of money: what changed a balance, what came in and went out.

All figures of an entry are in the currency that it names.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from msgspec import Struct

from exchange import rows


class LedgerEntry(Struct, frozen=True, kw_only=True):
    """One change of one wallet's balance; `balance` is what stood there after it.

    `wallet` is None in old entries. Source: Bitfinex docs, Ledgers.
    """

    id: int
    currency: str
    wallet: str | None
    time: datetime
    amount: Decimal
    balance: Decimal
    description: str

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from a row of 9: id, currency, wallet, milliseconds, null, amount, balance, …"""
        row = rows.array(row, 9)
        return cls(
            id=rows.integer(row[0]),
            currency=rows.text(row[1]),
            wallet=rows.optional_text(row[2]),
            time=rows.time_ms(row[3]),
            amount=rows.decimal(row[5]),
            balance=rows.decimal(row[6]),
            description=rows.optional_text(row[8]) or "",
        )


class Movement(Struct, frozen=True, kw_only=True):
    """A deposit (amount above 0) or a withdrawal (below); fees are at most 0.

    Source: Bitfinex docs, Movements.
    """

    id: int
    currency: str
    method: str
    started: datetime
    updated: datetime
    status: str
    amount: Decimal
    fees: Decimal
    address: str | None
    transaction_id: str | None
    note: str | None

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from a row of 17 to 22; a transaction that is not yet on its way has no id."""
        row = rows.padded(row, 17, 22)
        return cls(
            id=rows.integer(row[0]),
            currency=rows.text(row[1]),
            method=rows.text(row[2]),
            started=rows.time_ms(row[5]),
            updated=rows.time_ms(row[6]),
            status=rows.text(row[9]),
            amount=rows.decimal(row[12]),
            fees=rows.decimal(row[13]),
            address=rows.optional_text(row[16]),
            transaction_id=rows.optional_text(row[20]),
            note=rows.optional_text(row[21]),
        )
