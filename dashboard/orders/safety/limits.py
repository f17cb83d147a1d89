"""Limits that were set when calm: lower ones count at once, looser ones only after twelve hours.

They hold for what is placed from here. Their row is locked while an order is confirmed, so that
of many presses at once each counts those before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from django.db import transaction
from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount, User
from dashboard.figures import money_text, plain
from dashboard.orders import journal
from dashboard.orders.models import Order, TradingLimits
from dashboard.orders.safety import history, worth

CALMS_DOWN_IN = timedelta(hours=12)
TITLES: Mapping[str, str] = MappingProxyType(
    {
        "largest_order_value": "Largest order, USD",
        "largest_day_value": "All orders of a day, USD",
        "most_orders_a_day": "Orders a day",
        "largest_day_loss": "Loss of a day, USD",
    }
)
# An order that can only make a position smaller is no way to lose more.
# Source: Bitfinex docs, Flag values.
CLOSE_OR_REDUCE = 512 | 1024
UNKNOWN_WORTH = (
    "What this order is worth in dollars is not known, so your limits cannot be kept. "
    "Nothing was sent."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most of each; None is no limit. Values are in dollars."""

    largest_order_value: Decimal | None = None
    largest_day_value: Decimal | None = None
    most_orders_a_day: int | None = None
    largest_day_loss: Decimal | None = None

    def as_text(self) -> dict[str, str | None]:
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: None if value is None else as_text(value) for name, value in values.items()}


def as_text(value: Decimal | int) -> str:
    return str(value) if isinstance(value, int) else plain(value)


def from_text(texts: Mapping[str, str | None]) -> dict[str, Decimal | int | None]:
    """Return what `as_text` of single limits gave, as numbers again."""
    return {
        name: None if text is None else int(text) if name == "most_orders_a_day" else Decimal(text)
        for name, text in texts.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The limits that count now, and looser ones that will from `pending_from` on."""

    now: Limits
    pending: Mapping[str, str | None]
    pending_from: datetime | None


def standing(account: ExchangeAccount) -> Standing:
    return standing_of(TradingLimits.objects.filter(account=account).first(), timezone.now())


def standing_of(row: TradingLimits | None, now: datetime) -> Standing:
    """Work out what counts at a moment: what was pending until then has come to count."""
    if row is None:
        return Standing(now=Limits(), pending={}, pending_from=None)
    values = {name: getattr(row, name) for name in TITLES}
    if row.pending_from is not None and row.pending_from <= now:
        return Standing(
            now=Limits(**values | from_text(row.pending)), pending={}, pending_from=None
        )
    return Standing(now=Limits(**values), pending=row.pending, pending_from=row.pending_from)


def is_looser(before: Decimal | int | None, after: Decimal | int | None) -> bool:
    return before is not None and (after is None or after > before)


def set_limits(account: ExchangeAccount, wanted: Limits, *, user: User) -> Standing:
    """Set what is lower at once and put what is looser off; return what holds then.

    Whatever waited before and is not asked for again is given up; what is keeps its time.
    """
    now = timezone.now()
    with transaction.atomic(durable=True):
        row = journal.lock_limits(account)
        held = standing_of(row, now)
        asked = {name: getattr(wanted, name) for name in TITLES}
        later = {
            name: asked[name] for name in TITLES if is_looser(getattr(held.now, name), asked[name])
        }
        pending = {name: None if value is None else as_text(value) for name, value in later.items()}
        for name in TITLES:
            setattr(row, name, getattr(held.now, name) if name in later else asked[name])
        is_same = pending == dict(held.pending)
        row.pending = pending
        row.pending_from = held.pending_from if is_same else now + CALMS_DOWN_IN
        row.pending_from = row.pending_from if pending else None
        row.save()
        note_changes(account, user, held, standing_of(row, now))
    return standing_of(row, now)


def note_changes(account: ExchangeAccount, user: User, before: Standing, after: Standing) -> None:
    """Add to the record what counts from now on, and what will later."""
    old, new = before.now.as_text(), after.now.as_text()
    changed = {TITLES[name]: new[name] for name in TITLES if new[name] != old[name]}
    if changed:
        was = {TITLES[name]: old[name] for name in TITLES if new[name] != old[name]}
        history.record(account, "limits", user=user, before=was, after=changed)
    if dict(after.pending) != dict(before.pending):
        asked = {TITLES[name]: text for name, text in after.pending.items()}
        history.record(
            account,
            "looser limits" if asked else "looser limits withdrawn",
            user=user,
            before={},
            after=asked,
            counts_from=after.pending_from,
        )


def withdraw_pending(account: ExchangeAccount, *, user: User) -> None:
    """Give up looser limits that have not come to count yet."""
    set_limits(account, standing(account).now, user=user)


def placing_hold(order: Order) -> str:
    """Return which limit an order would break, "" for none; note on it what it is worth.

    Call it under the lock that `journal.declare_intent` holds, which stores the worth.
    """
    now = timezone.now()
    order.value = worth.order_value(order)
    row = TradingLimits.objects.filter(account=order.account).first()
    limits = standing_of(row, now).now
    return (
        size_hold(limits, order.value)
        or day_hold(limits, order, now)
        or loss_hold(limits, order, now)
    )


def size_hold(limits: Limits, value: Decimal | None) -> str:
    """Return why an order of this value is too large, "" where it is not."""
    if limits.largest_order_value is None:
        return ""
    if value is None:
        return UNKNOWN_WORTH
    if value <= limits.largest_order_value:
        return ""
    return (
        f"This order is worth {money_text(value)} USD and your limit for one order is "
        f"{money_text(limits.largest_order_value)} USD. Nothing was sent."
    )


def day_hold(limits: Limits, order: Order, now: datetime) -> str:
    """Return why no more of this fits into the day, "" where it does."""
    if limits.most_orders_a_day is None and limits.largest_day_value is None:
        return ""
    placed = list(journal.placed_since(order.account, worth.day_start(now)))
    if limits.most_orders_a_day is not None and len(placed) >= limits.most_orders_a_day:
        return (
            f"Your limit is {limits.most_orders_a_day} orders a day, and {len(placed)} were "
            "placed today (UTC). Nothing was sent."
        )
    if limits.largest_day_value is None:
        return ""
    values = [each.value for each in (*placed, order)]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return UNKNOWN_WORTH
    total = sum(known, Decimal(0))
    if total <= limits.largest_day_value:
        return ""
    return (
        f"With this one the orders of today (UTC) would be worth {money_text(total)} USD, and "
        f"your limit for a day is {money_text(limits.largest_day_value)} USD. Nothing was sent."
    )


def loss_hold(limits: Limits, order: Order, now: datetime) -> str:
    """Return why today's losses end trading, "" where they do not."""
    if limits.largest_day_loss is None or order.flags & CLOSE_OR_REDUCE:
        return ""
    result = worth.result_since(order.account, worth.day_start(now))
    if result is None:
        return (
            "What today's trades lost is not known, so your limit cannot be kept. Nothing was sent."
        )
    if -result < limits.largest_day_loss:
        return ""
    return (
        f"Today's trades (UTC) have lost {money_text(-result)} USD by the newest prices, and your "
        f"limit is {money_text(limits.largest_day_loss)} USD. Orders wait until tomorrow; "
        "cancelling and closing positions work. Nothing was sent."
    )
