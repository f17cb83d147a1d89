"""REST v1's own forms, read into the models of v2 where they say the same."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from msgspec import Struct

from exchange import rows, symbols
from exchange.models.account import Permission
from exchange.models.books import BookLevel
from exchange.models.markets import PairInfo
from exchange.models.orders import Order
from exchange.models.trades import Fill, PublicTrade
from exchange.models.transfers import DepositAddress
from exchange.models.wallets import Wallet, WalletType

_WALLETS = {
    "exchange": WalletType.EXCHANGE,
    "trading": WalletType.MARGIN,
    "deposit": WalletType.FUNDING,
}
_V1_NAMES = {wallet_type: name for name, wallet_type in _WALLETS.items()}
_HIDDEN = 64


class TickerV1(Struct, frozen=True, kw_only=True):
    """Best prices and the day's range as v1 tells them, with the time of the telling.

    Prices are in quote currency, the volume of the day in base currency.

    Source: Bitfinex docs v1, Ticker.
    """

    symbol: str
    mid: Decimal
    bid: Decimal
    ask: Decimal
    last: Decimal
    low: Decimal
    high: Decimal
    volume: Decimal
    time: datetime

    @classmethod
    @rows.decodes
    def from_wire(cls, symbol: str, members: Any) -> Self:
        """Build from v1's object, whose numbers are texts."""
        members = rows.mapping(members)
        number = rows.decimal_text
        return cls(
            symbol=symbol,
            mid=number(members["mid"]),
            bid=number(members["bid"]),
            ask=number(members["ask"]),
            last=number(members["last_price"]),
            low=number(members["low"]),
            high=number(members["high"]),
            volume=number(members["volume"]),
            time=rows.time_seconds(members["timestamp"]),
        )


def v1_pair(symbol: str) -> str:
    """Write a symbol as v1 does: "btcusd", "dusk:usd". Raises ValueError on a bad one."""
    return symbols.pair_of(symbol).lower()


def v1_wallet(wallet_type: WalletType) -> str:
    """Write the type of a wallet as v1 does: "trading" for margin, "deposit" for funding."""
    return _V1_NAMES[WalletType(wallet_type)]


def pair(text: Any) -> str:
    """Read v1's "btcusd" as the pair it is, "BTCUSD"."""
    return symbols.pair_of(f"t{rows.text(text).upper()}")


@rows.decodes
def wallet(members: Any) -> Wallet:
    """Read one of v1's balances. Its wallets have other names: "trading" is margin."""
    members = rows.mapping(members)
    return Wallet(
        type=_WALLETS[rows.text(members["type"])],
        currency=rows.text(members["currency"]).upper(),
        balance=rows.decimal_text(members["amount"]),
        unsettled_interest=Decimal(0),
        available=rows.decimal_text(members["available"]),
        last_change=None,
    )


@rows.decodes
def pair_info(members: Any) -> PairInfo:
    """Read one of v1's symbol details."""
    members = rows.mapping(members)
    return PairInfo(
        pair=pair(members["pair"]),
        minimum=rows.decimal_text(members["minimum_order_size"]),
        maximum=rows.decimal_text(members["maximum_order_size"]),
        initial_margin=rows.decimal_text(members["initial_margin"]),
        minimum_margin=rows.decimal_text(members["minimum_margin"]),
    )


@rows.decodes
def order(members: Any) -> Order:
    """Read v1's order: amounts get the side's sign, the three flags become v2's status words.

    v1 has one time only, that of the order's creation.
    """
    members = rows.mapping(members)
    sign = {"buy": 1, "sell": -1}[members["side"]]
    placed = rows.time_seconds(members["timestamp"])
    return Order(
        id=rows.integer(members["id"]),
        gid=rows.optional_integer(members.get("gid")),
        cid=rows.optional_integer(members.get("cid")),
        symbol=symbols.symbol_of(pair(members["symbol"])),
        created=placed,
        updated=placed,
        amount=sign * rows.decimal_text(members["remaining_amount"]),
        amount_orig=sign * rows.decimal_text(members["original_amount"]),
        type=_type(rows.text(members["type"])),
        flags=_HIDDEN if rows.flag(members.get("is_hidden", 0)) else 0,
        status=_status(members),
        price=rows.decimal_text(members["price"]),
        price_avg=rows.decimal_text(members["avg_execution_price"]),
    )


def _type(words: str) -> str:
    return words.upper().replace("FILL-OR-KILL", "FOK").replace("-", " ")


def _status(members: dict[str, Any]) -> str:
    if rows.flag(members["is_live"]):
        is_touched = rows.decimal_text(members["executed_amount"]) > 0
        return "PARTIALLY FILLED" if is_touched else "ACTIVE"
    return "CANCELED" if rows.flag(members["is_cancelled"]) else "EXECUTED"


@rows.decodes
def orders(answer: Any) -> list[Order]:
    """Read a list of v1's orders."""
    return [order(members) for members in rows.array(answer, 0)]


@rows.decodes
def new_orders(members: Any) -> list[Order]:
    """Read the answer to several new orders: {"order_ids": [order, …], "status": "success"}."""
    return orders(rows.mapping(members)["order_ids"])


@rows.decodes
def result(members: Any) -> str:
    """Read what v1 says about a cancellation of several: {"result": "All orders cancelled"}."""
    return rows.text(rows.mapping(members)["result"])


@rows.decodes
def book(members: Any) -> list[BookLevel]:
    """Read v1's book as v2's levels, bids first; v1 does not count a level's orders, 1 stands in.

    With `group` 0 each level is one order.
    """
    members = rows.mapping(members)
    return [
        _level(rows.mapping(level), sign)
        for side, sign in (("bids", 1), ("asks", -1))
        for level in rows.array(members[side], 0)
    ]


def _level(members: dict[str, Any], sign: int) -> BookLevel:
    price, amount = rows.text(members["price"]), rows.text(members["amount"])
    return BookLevel(
        price=rows.decimal_text(price),
        count=1,
        amount=sign * rows.decimal_text(amount),
        price_text=price,
        amount_text=amount if sign > 0 else f"-{amount}",
    )


@rows.decodes
def trade(members: Any, symbol: str) -> PublicTrade:
    """Read one of v1's public trades; what the taker did becomes the amount's sign."""
    members = rows.mapping(members)
    return PublicTrade(
        id=rows.integer(members["tid"]),
        symbol=symbol,
        time=rows.time_ms(rows.integer(members["timestamp"]) * 1000),
        amount=_sign(members["type"]) * rows.decimal_text(members["amount"]),
        price=rows.decimal_text(members["price"]),
    )


@rows.decodes
def fill(members: Any, symbol: str) -> Fill:
    """Read one of v1's trades of ours. v1 does not say who made the market, or of what order type.

    The fee is at most 0, as in v2.
    """
    members = rows.mapping(members)
    return Fill(
        id=rows.integer(members["tid"]),
        symbol=symbol,
        time=rows.time_seconds(members["timestamp"]),
        order_id=rows.integer(members["order_id"]),
        amount=_sign(members["type"]) * rows.decimal_text(members["amount"]),
        price=rows.decimal_text(members["price"]),
        order_type=None,
        order_price=None,
        is_maker=None,
        fee=rows.decimal_text(members["fee_amount"]),
        fee_currency=rows.text(members["fee_currency"]),
        cid=None,
    )


def _sign(side: Any) -> int:
    return {"buy": 1, "sell": -1}[rows.text(side).lower()]


@rows.decodes
def permissions(answer: Any) -> list[Permission]:
    """Read what the key may do: {"orders": {"read": true, "write": false}, …}."""
    return [
        Permission(
            scope=scope,
            read=rows.flag(rows.mapping(granted)["read"]),
            write=rows.flag(rows.mapping(granted)["write"]),
        )
        for scope, granted in rows.mapping(answer).items()
    ]


@rows.decodes
def deposit_address(members: Any) -> DepositAddress:
    """Read v1's answer to a request for an address; with a pool the own part is the tag."""
    members = rows.mapping(members)
    own, pool = rows.text(members["address"]), rows.optional_text(members.get("address_pool"))
    return DepositAddress(
        method=rows.text(members["method"]),
        currency=rows.text(members["currency"]),
        address=pool or own,
        tag=own if pool else None,
    )


@rows.decodes
def message(entry: Any) -> str:
    """Read the words of a transfer that was done."""
    return rows.text(rows.mapping(entry)["message"])


@rows.decodes
def withdrawal_id(entry: Any) -> int:
    """Read the id of a withdrawal that was taken in."""
    return rows.integer(rows.mapping(entry)["withdrawal_id"])
