"""An order as it is asked for, before the exchange has given it an id."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from exchange import symbols
from exchange.wire import plain

POST_ONLY = 4096
HIDDEN = 64
LARGEST_CLIENT_ID = 2**45 - 1


class NewOrder(Struct, frozen=True, kw_only=True):
    """What to buy (amount above 0) or sell (below), and how.

    Numbers are sent as they are, digit for digit; nothing is cut or rounded here. `cid` is a
    number of the caller's, the only thing by which an order can be found again when the answer
    is lost. Raises ValueError for what no exchange could take.
    Source: Bitfinex docs, Submit order.
    """

    symbol: str
    type: str
    amount: Decimal
    price: Decimal | None = None
    cid: int | None = None
    gid: int | None = None
    flags: int = 0
    price_aux_limit: Decimal | None = None
    price_trailing: Decimal | None = None
    price_oco_stop: Decimal | None = None
    leverage: int | None = None
    expires: datetime | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        symbols.checked(self.symbol)
        if not self.amount.is_finite() or not self.amount:
            raise ValueError("an order needs an amount other than 0")
        for price in (self.price, self.price_aux_limit, self.price_trailing, self.price_oco_stop):
            if price is not None and (not price.is_finite() or price <= 0):
                raise ValueError("a price must be above 0")
        for number in (self.cid, self.gid):
            if number is not None and not 0 < number <= LARGEST_CLIENT_ID:
                raise ValueError("client and group ids are between 1 and 2^45 - 1")
        if self.expires is not None and self.expires.tzinfo is None:
            raise ValueError("the expiry needs a time zone")

    def wire(self) -> dict[str, Any]:
        """Return the members to send: numbers as plain decimal text, what is unset left out."""
        members: dict[str, Any] = {
            "type": str(self.type),
            "symbol": self.symbol,
            "amount": plain(self.amount),
            "price": _plain(self.price),
            "price_aux_limit": _plain(self.price_aux_limit),
            "price_trailing": _plain(self.price_trailing),
            "price_oco_stop": _plain(self.price_oco_stop),
            "lev": self.leverage,
            "tif": self.expires and f"{self.expires.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
            "gid": self.gid,
            "cid": self.cid,
            "flags": self.flags or None,
            "meta": dict(self.meta) or None,
        }
        return {name: value for name, value in members.items() if value is not None}


def _plain(price: Decimal | None) -> str | None:
    return None if price is None else plain(price)
