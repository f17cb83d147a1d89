"""What the exchange tells us, as frozen values. Money is Decimal, times are aware UTC.

Every `from_wire` takes the parsed array as it came, accepts longer ones, and raises DecodeError
for anything else. Positions in the arrays: Bitfinex docs, the page of each endpoint.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from exchange import rows
from exchange.new_order import NewOrder
from exchange.wire import plain

__all__ = [
    "BookLevel",
    "FeeSummary",
    "Fill",
    "NewOrder",
    "Notification",
    "Order",
    "OrderType",
    "PairInfo",
    "Permission",
    "PublicTrade",
    "Ticker",
    "Wallet",
    "WalletType",
]


class WalletType(StrEnum):
    """Where money lies. v1 says "trading" for margin and "deposit" for funding."""

    EXCHANGE = "exchange"
    MARGIN = "margin"
    FUNDING = "funding"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticker:
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
        row = rows.array(row, 10)
        number = rows.decimal
        return cls(
            symbol=symbol,
            bid=number(row[0]),
            bid_size=number(row[1]),
            ask=number(row[2]),
            ask_size=number(row[3]),
            daily_change=number(row[4]),
            daily_change_relative=number(row[5]),
            last=number(row[6]),
            volume=number(row[7]),
            high=number(row[8]),
            low=number(row[9]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
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


# The words before the first of these say what state an order is in; the rest is for people.
_STATUS_DETAIL = re.compile(r" @ | was| \(")
_ORDER_LENGTH = 32
_OPEN = frozenset({"ACTIVE", "PARTIALLY FILLED"})
_FILLED = frozenset({"EXECUTED", "FORCED EXECUTED"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One trade of ours: signed amount, price, and the fee (negative is a charge).

    `order_type`, `order_price` and the maker's side are None where the endpoint leaves them out.
    Source: Bitfinex docs, Trades (authenticated).
    """

    id: int
    symbol: str
    time: datetime
    order_id: int
    amount: Decimal
    price: Decimal
    order_type: str | None
    order_price: Decimal | None
    is_maker: bool | None
    fee: Decimal | None
    fee_currency: str | None
    cid: int | None

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from a row of 6 to 12; what is missing at the end is None."""
        row = rows.array(row, 6)
        row = row + [None] * (12 - len(row))
        maker = rows.optional_integer(row[8])
        return cls(
            id=rows.integer(row[0]),
            symbol=rows.text(row[1]),
            time=rows.time_ms(row[2]),
            order_id=rows.integer(row[3]),
            amount=rows.decimal(row[4]),
            price=rows.decimal(row[5]),
            order_type=rows.optional_text(row[6]),
            order_price=rows.optional_decimal(row[7]),
            is_maker=None if maker is None else maker > 0,
            fee=rows.optional_decimal(row[9]),
            fee_currency=rows.optional_text(row[10]),
            cid=rows.optional_integer(row[11]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicTrade:
    """A trade between strangers; a negative amount means the taker sold.

    Source: Bitfinex docs, Trades.
    """

    id: int
    symbol: str
    time: datetime
    amount: Decimal
    price: Decimal

    @classmethod
    @rows.decodes
    def from_wire(cls, symbol: str, row: Any) -> Self:
        """Build from [id, milliseconds, amount, price]."""
        row = rows.array(row, 4)
        return cls(
            id=rows.integer(row[0]),
            symbol=symbol,
            time=rows.time_ms(row[1]),
            amount=rows.decimal(row[2]),
            price=rows.decimal(row[3]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLevel:
    """One price of an order book: `count` orders, bids with a positive amount, asks a negative.

    `count` 0 takes the level away. The two texts are the characters that came over the wire, which
    checksums are made of. Source: Bitfinex docs, Books.
    """

    price: Decimal
    count: int
    amount: Decimal
    price_text: str
    amount_text: str

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from [price, count, amount], parsed by `wire.loads_raw` to keep the characters."""
        price, count, amount, *_ = rows.array(row, 3)
        return cls(
            price=rows.decimal(price),
            count=rows.integer(count),
            amount=rows.decimal(amount),
            price_text=characters(price),
            amount_text=characters(amount),
        )


def characters(number: int | str | Decimal) -> str:
    """Return the digits a number came with, where they were kept, for a checksum over them."""
    return plain(number) if isinstance(number, Decimal) else str(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairInfo:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeSummary:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """The envelope of every write's answer. Its time is not kept: its unit varies.

    `content` is the part that differs by `type`, still as parsed.
    Source: Bitfinex docs, Notifications.
    """

    type: str
    content: Any
    code: int | None
    status: str
    text: str

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from [time, type, id, null, content, code, status, text]."""
        row = rows.array(row, 8)
        return cls(
            type=rows.text(row[1]),
            content=row[4],
            code=rows.optional_integer(row[5]),
            status=rows.text(row[6]),
            text=rows.optional_text(row[7]) or "",
        )
