"""REST v1's own forms, read into the models of v2 where they say the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from exchange import rows, symbols
from exchange.models import Order, PairInfo, Wallet, WalletType

_WALLETS = {
    "exchange": WalletType.EXCHANGE,
    "trading": WalletType.MARGIN,
    "deposit": WalletType.FUNDING,
}
_HIDDEN = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class TickerV1:
    """Best prices and the day's range as v1 tells them, with the time of the telling.

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
        members = members_of(members)
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


def members_of(value: Any) -> dict[str, Any]:
    """Return a JSON object. Raises TypeError on anything else."""
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


def v1_pair(symbol: str) -> str:
    """Write a symbol as v1 does: "btcusd", "dusk:usd". Raises ValueError on a bad one."""
    return symbols.pair_of(symbol).lower()


def pair(text: Any) -> str:
    """Read v1's "btcusd" as the pair it is, "BTCUSD"."""
    return symbols.pair_of(f"t{rows.text(text).upper()}")


@rows.decodes
def wallet(members: Any) -> Wallet:
    """Read one of v1's balances. Its wallets have other names: "trading" is margin."""
    members = members_of(members)
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
    members = members_of(members)
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
    members = members_of(members)
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
