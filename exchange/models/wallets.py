"""Where an account's money lies."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from msgspec import Struct

from exchange import rows


class WalletType(StrEnum):
    """Where money lies. v1 says "trading" for margin and "deposit" for funding."""

    EXCHANGE = "exchange"
    MARGIN = "margin"
    FUNDING = "funding"


class Wallet(Struct, frozen=True, kw_only=True):
    """One currency in one wallet.

    `available` is None where the exchange has not computed it; `balance` includes what orders hold.
    Source: Bitfinex docs, Wallets.
    """

    type: WalletType
    currency: str
    balance: Decimal
    unsettled_interest: Decimal
    available: Decimal | None
    last_change: str | None

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from a row of 5 or more; the description of the last change may be missing."""
        row = rows.array(row, 5)
        return cls(
            type=WalletType(rows.text(row[0])),
            currency=rows.text(row[1]),
            balance=rows.decimal(row[2]),
            unsettled_interest=rows.decimal(row[3]),
            available=rows.optional_decimal(row[4]),
            last_change=rows.optional_text(row[5]) if len(row) > 5 else None,
        )
