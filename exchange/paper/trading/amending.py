"""Changing an order that is open, with as little loss of its place in line as the change allows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeVar

from exchange.paper.trading.admission import Admission, refused
from exchange.paper.trading.execution import Execution
from exchange.paper.trading.orders import HIDDEN, POST_ONLY, Order
from exchange.paper.trading.state.floor import Floor
from exchange.paper.trading.triggers import trailing_price

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be different; None leaves a member as it is.

    amount is what is to remain, signed like the order; delta is added to what remains.
    Source: Bitfinex docs, "Update Order".
    """

    price: int | None = None
    amount: int | None = None
    delta: int | None = None
    auxiliary: int | None = None
    trailing: int | None = None
    flags: int | None = None
    gid: int | None = None
    tif_ms: int | None = None
    meta: dict[str, Any] | None = None


class Amendment:
    """Apply changes to open orders."""

    def __init__(self, floor: Floor, admission: Admission, execution: Execution) -> None:
        self._floor = floor
        self._admission = admission
        self._execution = execution

    def apply(self, order: Order, change: Change) -> Order:
        """Change an open order; it may trade, or end, because of it.

        Returns a copy of it as it was changed, before anything came of that.
        Less of it at the same price keeps its place in line, anything else about price, amount
        or visibility sends it to the end. Raises Refusal, and then nothing has changed.
        """
        wanted = self._wanted(order, change)
        has_moved = _terms(wanted) != _terms(order)
        if has_moved and order.partner is not None:
            raise refused("the terms of an OCO pair cannot be changed")
        if has_moved:
            self._admission.check(wanted)
        shrinks = _terms(replace(wanted, remaining=order.remaining)) == _terms(order)
        if not has_moved:
            self._write(order, wanted)
        elif shrinks and wanted.remaining < order.remaining:
            self._shrink(order, wanted)
        else:
            self._requeue(order, wanted)
        self._floor.note(self._floor.account(order.account), order)
        return wanted

    def _wanted(self, order: Order, change: Change) -> Order:
        remaining = order.remaining
        if change.amount is not None:
            remaining = change.amount * order.sign
        if change.delta is not None:
            remaining += change.delta * order.sign
        if remaining <= 0:
            raise refused("amount must keep its side")
        wanted = replace(
            order,
            updated_ms=self._floor.clock(),
            # Source: a recorded order that was updated names its own type as the one before.
            previous_kind=order.kind,
            prints=list(order.prints),
            # Source: the exchange's own live tests of 2020; AMOUNT_ORIG follows an update.
            amount=order.amount + order.sign * (remaining - order.remaining),
            remaining=remaining,
            price=_or(change.price, order.price),
            auxiliary=_or(change.auxiliary, order.auxiliary),
            trailing=_or(change.trailing, order.trailing),
            flags=_or(change.flags, order.flags),
            gid=_or(change.gid, order.gid),
            tif_ms=_or(change.tif_ms, order.tif_ms),
            meta=order.meta if change.meta is None else order.meta | change.meta,
        )
        if change.trailing is not None:
            last = self._floor.live(order).day.last
            wanted.price = trailing_price(order.is_buy, last, change.trailing)
        if wanted.flags & POST_ONLY:
            wanted.meta = wanted.meta | {"$F7": 1}
        return wanted

    def _write(self, order: Order, wanted: Order) -> None:
        order.amount, order.remaining = wanted.amount, wanted.remaining
        order.price = wanted.price
        order.auxiliary, order.trailing = wanted.auxiliary, wanted.trailing
        order.flags, order.gid, order.tif_ms = wanted.flags, wanted.gid, wanted.tif_ms
        order.meta, order.updated_ms = wanted.meta, wanted.updated_ms
        order.previous_kind = wanted.previous_kind
        self._floor.secure(order)

    def _shrink(self, order: Order, wanted: Order) -> None:
        resting = self._floor.resting.get(order.id)
        if resting is not None:
            self._floor.live(order).book.reduce(resting, order.remaining - wanted.remaining)
        self._write(order, wanted)

    def _requeue(self, order: Order, wanted: Order) -> None:
        self._floor.withdraw(order)
        self._write(order, wanted)
        order.queued = self._floor.numbering.order()
        self._execution.run(order)


def _terms(order: Order) -> tuple[int, ...]:
    hidden = order.flags & HIDDEN
    return (order.remaining, order.price, order.auxiliary, order.trailing, hidden)


def _or(value: T | None, otherwise: T) -> T:
    return otherwise if value is None else value
