"""Every change of an order's state: one conditional UPDATE that one caller wins.

Nothing here talks to the exchange.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

import exchange as wire
from dashboard.accounts.models import ExchangeAccount
from dashboard.orders import states
from dashboard.orders.models import Order, Origin
from dashboard.orders.states import State
from exchange.models.orders import OrderType

logger = logging.getLogger(__name__)

# Client ids are drawn from the upper half of what the exchange takes: where a client sends none
# the exchange makes one of the time in milliseconds, far below.
SMALLEST_CID = 2**44
DRAFTS_ARE_KEPT = timedelta(days=1)
# The exchange's clock and ours may differ by this much when an order is looked for by its time.
CLOCKS_DIFFER = timedelta(seconds=60)
CID_TRIES = 5


def record_draft(
    *,
    account: ExchangeAccount,
    symbol: str,
    side: str,
    type: OrderType,
    amount: Decimal,
    price: Decimal | None,
) -> Order:
    """Write down what a review page shows; placing reads it from here, not from the form."""
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
        type=type.value,
        amount=amount,
        price=price,
        created_at=now,
    )


def move(order: Order, target: State, **changes: Any) -> bool:
    """Bring the row to `target` if the table allows it from where it is now; tell whether it did.

    Of several callers one gets True. The object in hand is brought up to date either way.
    """
    moved = Order.objects.filter(pk=order.pk, state__in=states.sources(target)).update(
        state=target, **changes
    )
    order.refresh_from_db()
    return bool(moved)


def declare_intent(order: Order) -> bool:
    """Note that the person pressed the button. Of two presses one gets True."""
    expires_at = timezone.now() + timedelta(seconds=states.INTENT_SECONDS)
    return move(order, State.INTENT, expires_at=expires_at)


def claim(order: Order) -> bool:
    """Take the order for sending, with a client id of its own, committed on return.

    False where another was faster or the intent is too old.
    """
    for _ in range(CID_TRIES):
        now = timezone.now()
        try:
            with transaction.atomic(durable=True):
                claimed = Order.objects.filter(
                    pk=order.pk, state__in=states.sources(State.SENDING), expires_at__gt=now
                ).update(
                    state=State.SENDING,
                    cid=SMALLEST_CID + secrets.randbelow(SMALLEST_CID),
                    cid_date=now.date(),
                    sent_at=now,
                )
            order.refresh_from_db()
            return bool(claimed)
        except IntegrityError:
            logger.warning("a client id was drawn twice; drawing again")
    return False


def confirm(order: Order, placed: wire.Order) -> bool:
    """Tie the row to the order the exchange has, in the state that it is in there."""
    return move(order, state_at_exchange(placed), **figures(placed))


def follow(order: Order, seen: wire.Order) -> bool:
    """Bring an order that is at the exchange up to date; tell whether anything changed."""
    state = state_at_exchange(seen)
    if state is not State.OPEN:
        return move(order, state, **figures(seen))
    is_older = order.exchange_updated_at is not None and seen.updated < order.exchange_updated_at
    now = figures(seen)
    if order.state != State.OPEN or is_older or is_shown(order, now):
        return False
    return bool(Order.objects.filter(pk=order.pk, state=State.OPEN).update(**now))


def is_shown(order: Order, figures: dict[str, Any]) -> bool:
    return all(
        getattr(order, name) == value
        for name, value in figures.items()
        if name != "exchange_updated_at"
    )


def record_elsewhere(account: ExchangeAccount, seen: wire.Order) -> Order:
    """Write down an order that was not made here."""
    return Order.objects.create(
        user_id=account.user_id,
        account=account,
        origin=Origin.ELSEWHERE,
        state=state_at_exchange(seen),
        token=None,
        symbol=seen.symbol,
        side=seen.side,
        type=seen.type,
        created_at=seen.created,
        **figures(seen),
    )


def figures(seen: wire.Order) -> dict[str, Any]:
    """Return what the exchange says of an order, by our columns."""
    is_open = state_at_exchange(seen) is State.OPEN
    return {
        "exchange_id": seen.id,
        "amount": abs(seen.amount_orig),
        # A market order carries a price at the exchange too, but nobody asked for it.
        "price": None if seen.type.endswith("MARKET") else seen.price,
        "executed": seen.executed,
        "average_price": seen.price_avg or None,
        "status": seen.status,
        "exchange_updated_at": seen.updated,
        "settled_at": None if is_open else seen.updated,
        "reason": "",
    }


def state_at_exchange(seen: wire.Order) -> State:
    if seen.is_open:
        return State.OPEN
    return State.FILLED if seen.is_filled else State.CANCELED


def is_same(order: Order, seen: wire.Order) -> bool:
    """Tell whether the exchange's order is the one we sent: the client id alone proves nothing."""
    return (
        seen.cid == order.cid
        and seen.symbol == order.symbol
        and seen.type == order.type
        and seen.amount_orig == order.signed_amount
        and (order.is_market or seen.price == order.price)
        and order.sent_at is not None
        and seen.created >= order.sent_at - CLOCKS_DIFFER
    )


def sweep(now: datetime) -> set[int]:
    """Retire intents that will not be sent and sendings that died; return whose changed.

    It sends nothing, and nothing it does could make anything be sent.
    """
    changed: set[int] = set()
    late_intents = Order.objects.filter(state=State.INTENT, expires_at__lte=now)
    for order in late_intents:
        if move(order, State.EXPIRED_UNSENT, settled_at=now):
            changed.add(order.user_id)
    died_before = now - timedelta(seconds=states.SENDING_SECONDS)
    for order in Order.objects.filter(state=State.SENDING, sent_at__lte=died_before):
        if move(order, State.UNKNOWN):
            changed.add(order.user_id)
    return changed
