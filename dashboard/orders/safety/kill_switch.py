"""The kill switch: once it is pulled, nothing is placed or amended until it is released by hand.

It is a row of the database, so it outlives every process. Cancelling is never held back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount, User
from dashboard.accounts.selectors import main_account
from dashboard.live.events import tell_person
from dashboard.orders import journal
from dashboard.orders.models import KillSwitch, Order
from dashboard.orders.safety import history
from dashboard.orders.states import State

SUBJECT = "kill switch"
# What has to be typed to release it.
RELEASE_WORD = "release"
PULLED_FIRST = "The kill switch was pulled before it was sent. Nothing was sent."


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """What every page shows of the switch: nothing at all where there is no key to trade with."""

    can_halt: bool
    switch: KillSwitch | None


def stop_of(user: User | None) -> Stop:
    account = main_account(user) if user is not None else None
    return Stop(can_halt=account is not None, switch=engaged(account))


def engaged(account: ExchangeAccount | None) -> KillSwitch | None:
    """Return the account's kill switch while it is pulled."""
    switch = KillSwitch.objects.filter(account=account).first() if account else None
    return switch if switch is not None and switch.is_engaged else None


def hold(account: ExchangeAccount) -> str:
    """Return why nothing may be placed or amended, "" while the switch is not pulled."""
    switch = engaged(account)
    if switch is None or switch.engaged_at is None:
        return ""
    since = f"{switch.engaged_at:%Y-%m-%d %H:%M:%S} UTC"
    return (
        f"The kill switch has been on since {since}. Nothing was sent. "
        "Release it under Settings, Safety, to trade again."
    )


def placing_hold(order: Order) -> str:
    return hold(order.account)


def engage(account: ExchangeAccount, *, by: str, user: User | None) -> None:
    """Pull the switch, and take back whatever is confirmed but not signed yet.

    by: what pulled it, for people. What was signed by now is on its way; the cancellation that
    follows is signed later with the same key, so it arrives later and finds it.
    """
    now = timezone.now()
    with transaction.atomic(durable=True):
        # Orders are confirmed under the same lock: each one is seen here, or sees the switch.
        journal.lock_limits(account)
        switch, _ = KillSwitch.objects.get_or_create(account=account)
        if not switch.is_engaged:
            switch.engaged_at, switch.engaged_by, switch.released_at = now, by, None
            switch.save()
            history.record(
                account, SUBJECT, user=user, before={"on": False}, after={"on": True, "by": by}
            )
        take_back_unsigned(account, now)
    tell_person(account.user_id, "orders-changed")


def take_back_unsigned(account: ExchangeAccount, now: datetime) -> None:
    """Retire orders of which nothing is signed: the journal lets none of them be signed later."""
    waiting = Order.objects.select_for_update().filter(
        account=account, state__in=[State.INTENT, State.SENDING], nonce=None
    )
    for order in waiting:
        is_claimed = order.state == State.SENDING
        target = State.NOT_SENT if is_claimed else State.EXPIRED_UNSENT
        journal.move(order, target, reason=PULLED_FIRST, settled_at=now)


def release(account: ExchangeAccount, *, user: User | None) -> bool:
    """Let orders be placed again; tell whether the switch was pulled. It brings nothing back."""
    now = timezone.now()
    with transaction.atomic(durable=True):
        pulled = KillSwitch.objects.filter(
            account=account, engaged_at__isnull=False, released_at=None
        )
        if not pulled.update(released_at=now):
            return False
        history.record(account, SUBJECT, user=user, before={"on": True}, after={"on": False})
    tell_person(account.user_id, "orders-changed")
    return True
