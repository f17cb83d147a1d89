"""Orders as the exchange keeps them: amounts in base currency, prices in quote currency."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from msgspec import Struct

from exchange import rows


class OrderType(StrEnum):
    """Spot order types; those of the margin wallet lack the first word.

    Source: Bitfinex docs, Submit order.
    """

    LIMIT = "EXCHANGE LIMIT"
    MARKET = "EXCHANGE MARKET"
    STOP = "EXCHANGE STOP"
    STOP_LIMIT = "EXCHANGE STOP LIMIT"
    TRAILING_STOP = "EXCHANGE TRAILING STOP"
    FILL_OR_KILL = "EXCHANGE FOK"
    IMMEDIATE_OR_CANCEL = "EXCHANGE IOC"


# The words before the first of these say what state an order is in; the rest is for people.
_STATUS_DETAIL = re.compile(r" @ | was| \(")

_ORDER_LENGTH = 32

_OPEN = frozenset({"ACTIVE", "PARTIALLY FILLED"})

_FILLED = frozenset({"EXECUTED", "FORCED EXECUTED"})


class Order(Struct, frozen=True, kw_only=True):
    """One order, open or closed. Positive amounts buy, negative ones sell.

    `amount` is what remains, `amount_orig` what was asked. The status text decides what became of
    it: a closed order may be filled or cancelled. Source: Bitfinex docs, Orders.
    """

    id: int
    gid: int | None
    cid: int | None
    symbol: str
    created: datetime
    updated: datetime
    amount: Decimal
    amount_orig: Decimal
    type: str
    flags: int
    status: str
    price: Decimal | None
    price_avg: Decimal | None
    price_trailing: Decimal | None = None
    price_aux_limit: Decimal | None = None
    expires: datetime | None = None
    placed_id: int | None = None
    routing: str | None = None
    meta: dict[str, Any] | None = None

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from a row of 14 to 32; members that old rows lack are None."""
        row = rows.array(row, 14)
        row = row + [None] * (_ORDER_LENGTH - len(row))
        return cls(
            id=rows.integer(row[0]),
            gid=rows.optional_integer(row[1]),
            cid=rows.optional_integer(row[2]),
            symbol=rows.text(row[3]),
            created=rows.time_ms(row[4]),
            updated=rows.time_ms(row[5]),
            amount=rows.decimal(row[6]),
            amount_orig=rows.decimal(row[7]),
            type=rows.text(row[8]),
            expires=rows.optional_time_ms(row[10]),
            flags=rows.optional_integer(row[12]) or 0,
            status=rows.text(row[13]),
            price=rows.optional_decimal(row[16]),
            price_avg=rows.optional_decimal(row[17]),
            price_trailing=rows.optional_decimal(row[18]),
            price_aux_limit=rows.optional_decimal(row[19]),
            placed_id=rows.optional_integer(row[25]),
            routing=rows.optional_text(row[28]),
            meta=row[31] if isinstance(row[31], dict) else None,
        )

    @property
    def side(self) -> str:
        """ "buy" or "sell"; the sign of the amount asked for, since a filled order has 0 left."""
        return "sell" if self.amount_orig < 0 else "buy"

    @property
    def executed(self) -> Decimal:
        """How much was traded, without a sign."""
        return abs(self.amount_orig - self.amount)

    @property
    def status_keyword(self) -> str:
        """The state alone: "PARTIALLY FILLED" of "PARTIALLY FILLED @ 578.81(-0.1)".

        Source: Bitfinex docs, Abbreviations glossary, order status.
        """
        return _STATUS_DETAIL.split(self.status, maxsplit=1)[0].rstrip(":")

    @property
    def is_open(self) -> bool:
        """Whether it can still trade."""
        return self.status_keyword in _OPEN

    @property
    def is_filled(self) -> bool:
        """Whether all of it was traded."""
        return self.status_keyword in _FILLED
