"""Money on the move: between wallets, in, and out; amounts and fees are in its own currency."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from msgspec import Struct

from exchange import rows


class Transfer(Struct, frozen=True, kw_only=True):
    """Money that changed wallets, and perhaps its currency code on the way.

    Source: Bitfinex docs, Transfer between wallets.
    """

    source: str
    target: str
    currency: str
    currency_to: str | None
    amount: Decimal

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from [time, from, to, null, currency, currency to, null, amount]."""
        row = rows.array(row, 8)
        return cls(
            source=rows.text(row[1]),
            target=rows.text(row[2]),
            currency=rows.text(row[4]),
            currency_to=rows.optional_text(row[5]),
            amount=rows.decimal(row[7]),
        )


class DepositAddress(Struct, frozen=True, kw_only=True):
    """Where to send a deposit. With a tag or memo, both are needed: one pool serves many people.

    Source: Bitfinex docs, Deposit address.
    """

    method: str
    currency: str
    address: str
    tag: str | None

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from [null, method, currency, null, address or tag, pool address or null]."""
        row = rows.padded(row, 5, 6)
        own, pool = rows.text(row[4]), rows.optional_text(row[5])
        return cls(
            method=rows.text(row[1]),
            currency=rows.text(row[2]),
            address=pool or own,
            tag=own if pool else None,
        )


class Withdrawal(Struct, frozen=True, kw_only=True):
    """A withdrawal that was taken in. An id of 0 is the exchange's way of refusing one.

    Source: Bitfinex docs, Withdrawal.
    """

    id: int
    method: str
    payment_id: str | None
    wallet: str
    amount: Decimal
    fee: Decimal | None

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from [id, null, method, payment id, wallet, amount, null, null, fee]."""
        row = rows.padded(row, 6, 9)
        return cls(
            id=rows.integer(row[0]),
            method=rows.text(row[2]),
            payment_id=rows.optional_text(row[3]),
            wallet=rows.text(row[4]),
            amount=rows.decimal(row[5]),
            fee=rows.optional_decimal(row[8]),
        )
