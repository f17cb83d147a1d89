"""Changing an order that stands: written down first, sent at most once, never repeated by itself.

The amount travels as a difference: a fill that comes in between makes nothing larger than what
was confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

import exchange as wire
from dashboard.accounts.clients import client_for
from dashboard.accounts.sealing import SealingError
from dashboard.figures import plain
from dashboard.kill_points import KillPoint, kill_point
from dashboard.live.events import tell_person
from dashboard.orders import answers, holds, journal, services, sync
from dashboard.orders.kinds import kind_of
from dashboard.orders.models import Amendment, Order, OrderSync
from dashboard.orders.models.changes import ChangeState
from dashboard.orders.safety import limits, worth
from dashboard.orders.states import State
from exchange.errors import NotSent, OutcomeUnknown, Refused
from exchange.order_operations import OrderUpdate

Changes = dict[str, Decimal]

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "amount": "Amount",
        "price": "Price",
        "price_aux_limit": "Limit",
        "price_trailing": "Distance",
    }
)
ONE_CANCELS_OTHER = 16384
NOT_CONFIRMED = (
    "The change was sent and no answer came. The order is being read again: it then shows the old "
    "or the new figures. Nothing is sent a second time by itself."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure that changes, before and after."""

    title: str
    before: Decimal | None
    after: Decimal


def fields_of(order: Order) -> list[str]:
    """Return the figures of an order that can be changed while it stands."""
    kind = kind_of(order)
    if kind is None or order.state != State.OPEN or is_paired(order):
        return []
    if kind.code == "TRAILING_STOP":
        return ["amount", "price_trailing"]
    return ["amount", "price", *(["price_aux_limit"] if kind.code == "STOP_LIMIT" else [])]


def is_paired(order: Order) -> bool:
    """Tell whether it is one of two that cancel each other: those the exchange does not change."""
    return bool(order.flags & ONE_CANCELS_OTHER) or order.oco_of_id is not None


def changed(order: Order, changes: Changes) -> Order:
    """Return the order as it would be, written down nowhere."""
    meant = copy(order)
    for name, value in changes.items():
        setattr(meant, name, value)
    return meant


def lines(order: Order, changes: Changes) -> list[Line]:
    return [Line(TITLES[name], getattr(order, name), value) for name, value in changes.items()]


def hold(order: Order, changes: Changes) -> str:
    """Return why an order may not be changed so now, "" where it may."""
    meant = changed(order, changes)
    held = holds.account_hold(order.account) or holds.price_hold(order)
    if held:
        return held
    standing = limits.standing(order.account).now
    return limits.size_hold(standing, worth.order_value(meant))


class HeldBack(Exception):
    """A change was not made, nothing was sent; the text is for the person."""


def amend(order: Order, changes: Changes, *, token: UUID) -> Amendment:
    """Change an order at the exchange and write down what came of it.

    Of several calls with one token the first sends; the others get its row. Raises HeldBack.
    """
    amendment, is_first = declare(order, changes, token=token)
    if is_first:
        kill_point(KillPoint.AMENDMENT_SAVED)
        send(order, changes, amendment)
        services.sync_soon(order.account)
        tell_person(order.user_id, "orders-changed")
        amendment.refresh_from_db()
    return amendment


def declare(order: Order, changes: Changes, *, token: UUID) -> tuple[Amendment, bool]:
    """Write the change down, committed on return; tell whether this call did. Raises HeldBack."""
    try:
        with transaction.atomic(durable=True):
            # The lock under which the kill switch is pulled: it is on before, or sees the change.
            journal.lock_limits(order.account)
            present = Amendment.objects.filter(order=order, token=token).first()
            if present is not None:
                return present, False
            if held := hold(order, changes):
                raise HeldBack(held)
            return Amendment.objects.create(
                order=order,
                token=token,
                changes={name: plain(value) for name, value in changes.items()},
                state=ChangeState.SENDING,
                made_at=timezone.now(),
            ), True
    except IntegrityError as exc:
        # The token was used for another order.
        raise HeldBack("This form belongs to another order. Nothing was sent.") from exc


def send(order: Order, changes: Changes, amendment: Amendment) -> None:
    """Send the change once, and settle its row by the answer."""
    reason = ""
    try:
        seen = client_for(order.account).update_order(update_of(order, changes))
    except (NotSent, SealingError) as exc:
        state, reason = ChangeState.NOT_SENT, answers.not_sent(exc)
    except OutcomeUnknown:
        state, reason = ChangeState.UNKNOWN, NOT_CONFIRMED
    except Refused as exc:
        state, reason = ChangeState.REFUSED, answers.amendment_refused(exc)
    else:
        state = ChangeState.DONE
    kill_point(KillPoint.AMENDMENT_ANSWERED)
    Amendment.objects.filter(pk=amendment.pk, state=ChangeState.SENDING).update(
        state=state, reason=reason, answered_at=timezone.now()
    )
    if state is ChangeState.DONE:
        take_over(order, seen)


def take_over(order: Order, seen: wire.Order) -> None:
    """Show the new figures at once, without waiting for the next reading."""
    sync.apply_order(order.account, seen)


def update_of(order: Order, changes: Changes) -> OrderUpdate:
    """Return the change as the exchange takes it. Source: Bitfinex docs, Order update."""
    sign = -1 if order.side == "sell" else 1
    delta = (changes["amount"] - order.amount) * sign if "amount" in changes else None
    return OrderUpdate(
        id=order.exchange_id,
        delta=delta,
        price=changes.get("price"),
        price_aux_limit=changes.get("price_aux_limit"),
        price_trailing=changes.get("price_trailing"),
    )


def result(amendment: Amendment) -> str:
    """Return what became of a change, as far as is known by now."""
    if amendment.state == ChangeState.DONE:
        return "Changed."
    if amendment.state in {ChangeState.REFUSED, ChangeState.NOT_SENT}:
        return amendment.reason
    if is_shown(amendment):
        return "Changed: the order has the new figures."
    if is_being_sent(amendment):
        return "Being sent."
    if was_read_since(amendment):
        return (
            "No answer came, and the order has other figures than these. "
            "Look at it before you change it again."
        )
    return NOT_CONFIRMED


def is_shown(amendment: Amendment) -> bool:
    """Tell whether the order has all of the figures that were asked for."""
    wanted = {name: Decimal(text) for name, text in amendment.changes.items()}
    return all(getattr(amendment.order, name) == value for name, value in wanted.items())


def is_being_sent(amendment: Amendment) -> bool:
    """Tell whether the sending can still be going on; longer ago, its process has died."""
    longest = timedelta(seconds=2 * settings.EXCHANGE_DEADLINE_SECONDS)
    is_recent = timezone.now() - amendment.made_at < longest
    return amendment.state == ChangeState.SENDING and is_recent


def was_read_since(amendment: Amendment) -> bool:
    """Tell whether orders were read whole later: a call signed before could not arrive after."""
    asked_at = amendment.answered_at or amendment.made_at
    work = OrderSync.objects.filter(account=amendment.order.account_id).first()
    return bool(work and work.read_whole_at and work.read_whole_at > asked_at)


@dataclass(frozen=True, slots=True)
class AmendmentRow:
    """A change as the order's page shows it."""

    amendment: Amendment
    asked: str
    words: str


def rows_of(order: Order) -> list[AmendmentRow]:
    """Return the changes that were asked of an order, the newest first."""
    return [
        AmendmentRow(each, asked_words(each), result(each))
        for each in Amendment.objects.filter(order=order).select_related("order").order_by("-pk")
    ]


def asked_words(amendment: Amendment) -> str:
    """Return what was to change: "Price 59000, amount 0.02"."""
    told = ", ".join(f"{TITLES[name].lower()} {text}" for name, text in amendment.changes.items())
    return told[:1].upper() + told[1:]
