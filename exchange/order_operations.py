"""What can be asked of orders that stand, and many things asked in one call.

`NewOrder`, `OrderUpdate`, `CancelOrder` and `CancelOrders` are operations: each has a `wire` form
and the code it goes by in a call of several.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct

from exchange.new_order import NewOrder
from exchange.wire import plain

MOST_OPERATIONS = 75


class OrderUpdate(Struct, frozen=True, kw_only=True):
    """What to change about an order; what is None stays as it is.

    The order is named by `id`, or by `cid` and `cid_date` ("2026-11-22", the UTC day of the client
    id). `amount` is the new whole amount, signed; `delta` is what to add to the present one.
    Raises ValueError where the order is not named in exactly one of the two ways, or nothing is to
    change. Source: Bitfinex docs, Order update.
    """

    id: int | None = None
    cid: int | None = None
    cid_date: str | None = None
    amount: Decimal | None = None
    delta: Decimal | None = None
    price: Decimal | None = None
    price_aux_limit: Decimal | None = None
    price_trailing: Decimal | None = None
    gid: int | None = None
    flags: int | None = None
    leverage: int | None = None
    expires: datetime | None = None

    def __post_init__(self) -> None:
        by_client_id = (self.cid is not None, self.cid_date is not None)
        if by_client_id != ((True, True) if self.id is None else (False, False)):
            raise ValueError("an order is named by its id, or by a client id and its day")
        if self.expires is not None and self.expires.tzinfo is None:
            raise ValueError("the expiry needs a time zone")
        if not self._changes():
            raise ValueError("nothing is to change")

    def wire(self) -> dict[str, Any]:
        """Return the members to send: numbers as plain decimal text, what is unset left out."""
        name = {"id": self.id, "cid": self.cid, "cid_date": self.cid_date}
        return {key: value for key, value in name.items() if value is not None} | self._changes()

    def _changes(self) -> dict[str, Any]:
        numbers = {
            "amount": self.amount,
            "delta": self.delta,
            "price": self.price,
            "price_aux_limit": self.price_aux_limit,
            "price_trailing": self.price_trailing,
        }
        others = {
            "gid": self.gid,
            "flags": self.flags,
            "lev": self.leverage,
            "tif": self.expires and f"{self.expires.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        }
        texts = {name: plain(number) for name, number in numbers.items() if number is not None}
        return texts | {name: value for name, value in others.items() if value is not None}


class CancelOrder(Struct, frozen=True):
    """One order to cancel, by its id. Source: Bitfinex docs, Cancel order."""

    id: int

    def wire(self) -> dict[str, Any]:
        """Return the members to send."""
        return {"id": self.id}


class CancelOrders(Struct, frozen=True, kw_only=True):
    """Several orders to cancel: by ids, by (client id, UTC day) pairs, by group ids, or mixed.

    Raises ValueError where it names none, which could be taken for all of them.
    Source: Bitfinex docs, Cancel order multi.
    """

    ids: Sequence[int] = ()
    cids: Sequence[tuple[int, str]] = ()
    gids: Sequence[int] = ()

    def __post_init__(self) -> None:
        if not (self.ids or self.cids or self.gids):
            raise ValueError("no order is named")

    def wire(self) -> dict[str, Any]:
        """Return the members to send, those with nothing in them left out."""
        members = {
            "id": list(self.ids),
            "cid": [list(cid) for cid in self.cids],
            "gid": list(self.gids),
        }
        return {name: value for name, value in members.items() if value}


Operation = NewOrder | OrderUpdate | CancelOrder | CancelOrders

_CODES: dict[type[Operation], str] = {
    NewOrder: "on",
    OrderUpdate: "ou",
    CancelOrder: "oc",
    CancelOrders: "oc_multi",
}


def operations_wire(operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the members of one call of several operations. Raises ValueError past the limit.

    Source: Bitfinex docs, Order multi-op.
    """
    if not 0 < len(operations) <= MOST_OPERATIONS:
        raise ValueError(f"between 1 and {MOST_OPERATIONS} operations fit into one call")
    return {"ops": [[_CODES[type(operation)], operation.wire()] for operation in operations]}
