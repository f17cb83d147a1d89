"""Who an account belongs to, what its keys may do, what it is charged."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from msgspec import Struct

from exchange import rows


class Permission(Struct, frozen=True, kw_only=True):
    """What a key may do in one scope. Source: Bitfinex docs, Key permissions."""

    scope: str
    read: bool
    write: bool

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from [scope, 0 or 1, 0 or 1]."""
        scope, read, write, *_ = rows.array(row, 3)
        return cls(scope=rows.text(scope), read=rows.flag(read), write=rows.flag(write))


class FeeSummary(Struct, frozen=True, kw_only=True):
    """Trading fees of the account as fractions: 0.002 is 0.2 %.

    Which of the three holds depends on the quote currency: crypto, stablecoin or fiat.
    Source: Bitfinex docs, Summary.
    """

    maker: Decimal
    maker_stable: Decimal
    maker_fiat: Decimal
    taker: Decimal
    taker_stable: Decimal
    taker_fiat: Decimal

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from the whole summary, whose fifth member holds makers' and takers' fees."""
        maker, taker, *_ = rows.array(rows.array(row, 5)[4], 2)
        maker, taker = rows.array(maker, 3), rows.array(taker, 3)
        return cls(
            maker=rows.decimal(maker[0]),
            maker_stable=rows.decimal(maker[1]),
            maker_fiat=rows.decimal(maker[2]),
            taker=rows.decimal(taker[0]),
            taker_stable=rows.decimal(taker[1]),
            taker_fiat=rows.decimal(taker[2]),
        )


class UserInfo(Struct, frozen=True, kw_only=True):
    """Who the account belongs to; `is_paper` tells an account of paper money.

    Source: Bitfinex docs, User info.
    """

    id: int
    email: str | None
    username: str
    created: datetime
    is_verified: bool
    verification_level: int | None
    timezone: str | None
    locale: str | None
    is_email_verified: bool
    is_paper: bool
    two_factor_modes: tuple[str, ...]

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from a row of 27 or more, most of which says nothing about trading."""
        row = rows.array(row, 27)
        return cls(
            id=rows.integer(row[0]),
            email=rows.optional_text(row[1]),
            username=rows.text(row[2]),
            created=rows.time_ms(row[3]),
            is_verified=rows.optional_flag(row[4]),
            verification_level=rows.optional_integer(row[5]),
            timezone=rows.optional_text(row[7]),
            locale=rows.optional_text(row[8]),
            is_email_verified=rows.optional_flag(row[10]),
            is_paper=rows.optional_flag(row[23]),
            two_factor_modes=tuple(rows.text(mode) for mode in rows.array(row[26] or [], 0)),
        )


class AccountSummary(Struct, frozen=True, kw_only=True):
    """Fees, and what the last 30 days traded and paid: by currency, "Total (USD)" among them.

    `leo_level` is the discount tier by holdings of LEO. Source: Bitfinex docs, Summary.
    """

    fees: FeeSummary
    volumes: dict[str, Decimal]
    fees_paid: dict[str, Decimal]
    fees_paid_total: Decimal
    leo_level: int | None
    leo_average: Decimal | None

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from a row of 10 or more: 4 are the fees, 5 the totals, 9 is about LEO."""
        row = rows.array(row, 10)
        volumes, paid, total, *_ = rows.array(row[5], 3)
        leo = rows.mapping(row[9] or {})
        return cls(
            fees=FeeSummary.from_wire(row),
            volumes={
                rows.text(entry["curr"]): rows.number(entry["vol"])
                for entry in map(rows.mapping, rows.array(volumes, 0))
            },
            fees_paid={name: rows.number(fee) for name, fee in rows.mapping(paid or {}).items()},
            fees_paid_total=rows.number(total),
            leo_level=rows.optional_integer(leo.get("leo_lev")),
            leo_average=rows.optional_number(leo.get("leo_amount_avg")),
        )


class Alert(Struct, frozen=True, kw_only=True):
    """A price in quote currency at which the exchange notifies the account, `count` times over.

    Source: Bitfinex docs, Alerts.
    """

    key: str
    type: str
    symbol: str
    price: Decimal
    count: int

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from ["price:tETHUSD:220", "price", "tETHUSD", 220, 100]."""
        key, kind, symbol, price, count, *_ = rows.array(row, 5)
        return cls(
            key=rows.text(key),
            type=rows.text(kind),
            symbol=rows.text(symbol),
            price=rows.number(price),
            count=rows.integer(count),
        )


class Login(Struct, frozen=True, kw_only=True):
    """One sign-in to the account, from where. Source: Bitfinex docs, Login history."""

    id: int
    time: datetime
    address: str
    details: str | None

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from [id, null, milliseconds, null, address, null, null, details as JSON text]."""
        row = rows.padded(row, 5, 8)
        return cls(
            id=rows.integer(row[0]),
            time=rows.time_ms(row[2]),
            address=rows.text(row[4]),
            details=rows.optional_text(row[7]),
        )
