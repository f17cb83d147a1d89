"""Every change of an order's state: one conditional UPDATE that one caller wins.

Nothing here talks to the exchange.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

import exchange as wire
from dashboard.accounts.models import ExchangeAccount
from dashboard.kill_points import KillPoint, kill_point
from dashboard.orders import states
from dashboard.orders.models import Order, TradingLimits
from dashboard.orders.sightings import (
    figures,
    is_older,
    is_shown,
    origin_of,
    state_at_exchange,
)
from dashboard.orders.states import State
from exchange.calls import Signed
from exchange.errors import NotSent

logger = logging.getLogger(__name__)

# Says why an order may not be placed now, "" where it may.
Check = Callable[[Order], str]

# Client ids are drawn from the upper half of what the exchange takes: where a client sends none
# the exchange makes one of the time in milliseconds, far below.
SMALLEST_CID = 2**44
DRAFTS_ARE_KEPT = timedelta(days=1)
CID_TRIES = 5


def record_draft(
    *,
    account: ExchangeAccount,
    symbol: str,
    side: str,
    type: str,
    amount: Decimal,
    price: Decimal | None,
    **further: Any,
) -> Order:
    """Write down what a review page shows; placing reads it from here, not from the form.

    further: other columns of the ticket, such as flags, price_trailing or reference.
    """
    now = timezone.now()
    Order.objects.filter(
        user_id=account.user_id, state=State.DRAFT, created_at__lt=now - DRAFTS_ARE_KEPT
    ).delete()
    return Order.objects.create(
        user_id=account.user_id,
        account=account,
        state=State.DRAFT,
        symbol=symbol,
        side=side,
        type=str(type),
        amount=amount,
        price=price,
        created_at=now,
        **further,
    )


def move(order: Order, target: State, **changes: Any) -> bool:
    """Bring the row to `target` if the table allows it from where it is now; tell whether it did.

    Of several callers one gets True. The object in hand is brought up to date either way.
    """
    moved = Order.objects.filter(pk=order.pk, state__in=states.sources(target)).update(
        state=target, **changes
    )
    order.refresh_from_db(from_queryset=Order.objects.select_related("account"))
    return bool(moved)


class HeldBack(Exception):
    """A check kept an order from being placed; the text is for the person."""


def declare_intent(
    order: Order, *, clicked_at: datetime | None = None, checks: Sequence[Check] = ()
) -> bool:
    """Note that the person pressed the button. Of two presses one gets True.

    Raises HeldBack with the sentence of the first check that has one: the order stays a draft.
    Checks run while the account's limits are locked, so that of many presses at once each counts
    those before it; see `placed_since`.
    """
    with transaction.atomic(durable=True):
        lock_limits(order.account)
        if not Order.objects.filter(pk=order.pk, state=State.DRAFT).exists():
            order.refresh_from_db()
            return False
        for check in checks:
            if sentence := check(order):
                raise HeldBack(sentence)
        now = timezone.now()
        clicked_at = clicked_at or now
        drafts = Order.objects.filter(pk=order.pk, state=State.DRAFT)
        return win(
            order,
            drafts,
            state=State.INTENT,
            created_at=clicked_at,  # it is no order before: a review may lie for minutes
            clicked_at=clicked_at,
            saved_at=now,
            expires_at=now + timedelta(seconds=settings.ORDER_INTENT_SECONDS),
            # What its review and the checks have found out about it.
            reference=order.reference,
            value=order.value,
        )


def lock_limits(account: ExchangeAccount) -> TradingLimits:
    """Return the account's limits, locked until the transaction ends: confirmations take turns."""
    held = TradingLimits.objects.select_for_update()
    limits = held.filter(account=account).first()
    if limits is None:
        TradingLimits.objects.get_or_create(account=account)
        limits = held.get(account=account)
    return limits


def win(order: Order, rows: QuerySet[Order], **changes: Any) -> bool:
    """Change the row in hand if it is still among `rows`; tell whether it was.

    Of several callers one gets True. On the way of a press the row is not read again: who won
    knows what it holds.
    """
    if not rows.update(**changes):
        order.refresh_from_db()
        return False
    for name, value in changes.items():
        setattr(order, name, value)
    return True


def placed_since(account: ExchangeAccount, since: datetime) -> QuerySet[Order]:
    """Return what was confirmed here since and was, will be or may have been placed."""
    never_left = [State.DRAFT, State.EXPIRED_UNSENT, State.NOT_SENT, State.NOT_PLACED]
    return Order.objects.filter(account=account, saved_at__gte=since).exclude(state__in=never_left)


def claim(order: Order) -> bool:
    """Take the order for sending, with a client id of its own, committed on return.

    False where another was faster or the intent is too old.
    """
    for _ in range(CID_TRIES):
        now = timezone.now()
        try:
            with transaction.atomic(durable=True):
                return win(
                    order,
                    Order.objects.filter(pk=order.pk, state=State.INTENT, expires_at__gt=now),
                    state=State.SENDING,
                    cid=SMALLEST_CID + secrets.randbelow(SMALLEST_CID),
                    cid_date=now.date(),
                    sent_at=now,
                )
        except IntegrityError:
            logger.warning("a client id was drawn twice; drawing again")
    return False


def note_signed(order: Order, signed: Signed) -> None:
    """Write down what is about to leave, committed on return.

    Raises NotSent where the order was given up meanwhile: an order that is being looked for, or
    was found absent, never leaves any more.
    """
    try:
        noted = win(
            order,
            Order.objects.filter(pk=order.pk, state=State.SENDING, nonce=None),
            nonce=signed.nonce,
            key_fingerprint=signed.key_fingerprint,
            body_sha256=signed.body_sha256,
            sent_at=timezone.now(),
        )
    except DatabaseError as exc:
        raise NotSent("the journal cannot be written") from exc
    if not noted:
        raise NotSent("the order was given up before it could be sent")


def confirm(order: Order, placed: wire.Order) -> bool:
    """Tie the row to the order the exchange has, in the state that it is in there."""
    try:
        with transaction.atomic():
            return move(order, state_at_exchange(placed), **figures(placed))
    except IntegrityError:
        # It was noted as made elsewhere: its price did not look like ours, but the answer says so.
        Order.objects.filter(
            account=order.account_id, exchange_id=placed.id, token=None, oco_of=None
        ).delete()
        return move(order, state_at_exchange(placed), **figures(placed))


def follow(order: Order, seen: wire.Order) -> bool:
    """Bring an order that is at the exchange up to date; tell whether anything changed."""
    state, now = state_at_exchange(seen), figures(seen)
    if state is not State.OPEN:
        return move(order, state, **now)
    if order.state != State.OPEN or is_older(seen, order) or is_shown(order, now):
        return False
    # Again in the condition: another may have stored something newer since the row was read.
    is_no_newer = Q(exchange_updated_at=None) | Q(exchange_updated_at__lte=seen.updated)
    return bool(Order.objects.filter(is_no_newer, pk=order.pk, state=State.OPEN).update(**now))


def record_elsewhere(account: ExchangeAccount, seen: wire.Order) -> Order | None:
    """Write down an order that was not made here; None where another has just done so."""
    return _record(account, seen, origin=origin_of(seen))


def record_partner(order: Order, seen: wire.Order) -> Order | None:
    """Write down the stop that came with one of our orders; None where another has just done so."""
    Order.objects.filter(pk=order.pk).update(pair_order_id=seen.id)
    return _record(order.account, seen, oco_of=order, pair_order_id=order.exchange_id)


def _record(account: ExchangeAccount, seen: wire.Order, **further: Any) -> Order | None:
    try:
        with transaction.atomic():
            return Order.objects.create(
                user_id=account.user_id,
                account=account,
                state=state_at_exchange(seen),
                token=None,
                symbol=seen.symbol,
                side=seen.side,
                type=seen.type,
                created_at=seen.created,
                **further,
                **figures(seen),
            )
    except IntegrityError:
        return None


def raise_alarm(order: Order, alarm: str) -> bool:
    """Note on a row what is wrong with what was found; tell whether that is news."""
    logger.error("order %s: %s", order.pk, alarm)
    rows = Order.objects.filter(pk=order.pk).exclude(alarm=alarm)
    return bool(rows.update(alarm=alarm))


def sweep(now: datetime) -> set[int]:
    """Retire intents that will not be sent and sendings that died; return whose changed.

    It sends nothing, and nothing it does could make anything be sent.
    """
    changed: set[int] = set()
    for order in Order.objects.filter(state=State.INTENT, expires_at__lte=now):
        if move(order, State.EXPIRED_UNSENT, settled_at=now):
            changed.add(order.user_id)
        kill_point(KillPoint.SWEPT)
    died_before = now - timedelta(seconds=settings.ORDER_SENDING_SECONDS)
    for order in Order.objects.filter(state=State.SENDING, sent_at__lte=died_before):
        if move(order, State.UNKNOWN):
            changed.add(order.user_id)
        kill_point(KillPoint.SWEPT)
    return changed
