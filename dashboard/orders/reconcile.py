"""Finding out what became of an order whose answer was lost. It only reads; it never sends.

UNKNOWN ends in one of four ways. The order is found: the row takes the state it has at the
exchange. It is proved absent: NOT_PLACED, and the person decides whether to press again. The
exchange had refused it, which one look bears out: REJECTED. Or nothing of this can be had any
more: UNRESOLVED, with what to do.

Absence has a proof of three parts, which the database asks for too. First the fence: the exchange
has answered a call with a higher nonce of the same key, so what was signed before cannot arrive
any more. Then two searches of all its lists, begun after the fence and far enough from the sending
and from each other, that both found nothing: lists lag behind what they list.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from dashboard.accounts import key_health
from dashboard.accounts.clients import client_for
from dashboard.accounts.problems import problem_text
from dashboard.accounts.sealing import SealingError
from dashboard.accounts.selectors import resting_accounts
from dashboard.live.events import tell_person
from dashboard.orders import journal
from dashboard.orders.models import Order
from dashboard.orders.search import Finding, search
from dashboard.orders.states import State
from dashboard.portfolio import services as portfolio
from exchange.calls import Signed
from exchange.errors import ExchangeError, NotSent, RateLimited

logger = logging.getLogger(__name__)

# The exchange's history reaches back this far. Source: Bitfinex docs, Orders history.
HISTORY = timedelta(days=14)
LONGEST_WAIT_SECONDS = 10
FOREIGN_ORDER = (
    "The exchange has order {id} under this order's client id, but it is not the one we sent. "
    "Look at both at the exchange; nothing was assumed."
)
OUT_OF_REACH = (
    "The exchange tells of orders of the last two weeks only, so what became of this one cannot be "
    "found out any more. Look it up at the exchange before you place it again."
)
KEY_REPLACED = (
    "The exchange lists no such order, but the key it was signed with has been replaced, so it "
    "cannot be proved that it never arrived. Look it up at the exchange before you place it again."
)


def reconcile_due_orders() -> None:
    """Look for every unknown order whose time has come; one that fails holds up no other."""
    now = timezone.now()
    for order in due_orders(now).order_by("sent_at"):
        try:
            reconcile(order)
        except Exception:
            logger.exception("order %s: the search broke off", order.pk)


def due_orders(now: datetime) -> QuerySet[Order]:
    """Return whose time has come, but for those whose key rests: each call would be refused."""
    is_due = Q(looked_for_from=None) | Q(looked_for_from__lte=now)
    unknown = Order.objects.filter(is_due, state=State.UNKNOWN)
    return unknown.exclude(account__in=resting_accounts()).select_related("account")


def reconcile(order: Order) -> None:
    """Make one search for an unknown order, and settle it where that suffices.

    Of several callers at once one searches; the others find nothing to do.
    """
    began = timezone.now()
    if not take(order, began):
        return
    assert order.sent_at is not None  # noqa: S101 - what was not claimed is not unknown
    if began - order.sent_at > HISTORY:
        give_up(order, OUT_OF_REACH)
        return
    try:
        found = search(order, client_for(order.account))
    except (ExchangeError, SealingError) as exc:
        wait_for(order, exc)
        return
    key_health.note_success(order.account_id)
    conclude(order, found, began)


def take(order: Order, now: datetime) -> bool:
    """Take the search for this caller alone, until it is taken to have died."""
    until = now + timedelta(seconds=settings.ORDER_LOOK_SECONDS)
    is_mine = due_orders(now).filter(pk=order.pk).update(looked_for_from=until)
    if is_mine:
        order.refresh_from_db()
    return bool(is_mine)


def wait_for(order: Order, problem: Exception) -> None:
    """Write down why a search failed, and when the next may be."""
    key_health.note_refusal(order.account_id, problem)
    now = timezone.now()
    wait = next_look(order, now)
    if isinstance(problem, NotSent):
        # Nothing was asked: most likely another call had the key. Its turn may be free for a moment
        # only, where one order after the other hangs, so stand in the queue again.
        wait = min(wait, now + timedelta(seconds=settings.SWEEP_SECONDS))
    if isinstance(problem, RateLimited):
        wait = now + timedelta(seconds=problem.wait_seconds)
    Order.objects.filter(pk=order.pk).update(
        looked_for_from=wait, look_problem=problem_text(problem)
    )
    order.refresh_from_db()


def conclude(order: Order, found: Finding, began: datetime) -> None:
    """Settle the row by a search, or note how far the proof has come."""
    was_fenced = fence(order, found.signed, began)
    if found.order is not None:
        settle(order, journal.confirm(order, found.order))
        return
    if found.stranger is not None:
        alarm = FOREIGN_ORDER.format(id=found.stranger.id)
        if journal.raise_alarm(order, alarm):
            tell_person(order.user_id, "orders-changed")
    elif found.is_absent and not order.alarm and order.refusal:
        believe(order)
        return
    elif found.is_absent and not order.alarm:
        note_absence(order, found.signed, began, was_fenced=was_fenced)
    note_next_look(order)


def fence(order: Order, signed: Signed, began: datetime) -> bool:
    """Note that a later nonce was answered; tell whether one was before this search began.

    A row without a nonce was given up before it was signed, and is not signed any more.
    """
    if order.fenced_at is not None:
        return order.fenced_at <= began
    is_our_key = order.nonce is None or signed.key_fingerprint == order.key_fingerprint
    if is_our_key and signed.nonce > (order.nonce or 0):
        now = timezone.now()
        rows = Order.objects.filter(pk=order.pk, fenced_at=None)
        rows.update(fenced_at=now, fence_nonce=signed.nonce)
        order.refresh_from_db()
    return False


def note_absence(order: Order, signed: Signed, began: datetime, *, was_fenced: bool) -> None:
    """Count a search that found nothing, where it came late enough; settle with the second."""
    is_our_key = order.nonce is None or signed.key_fingerprint == order.key_fingerprint
    if began < first_absence_from(order) or (is_our_key and not was_fenced):
        return
    if order.first_absence_at is None:
        Order.objects.filter(pk=order.pk, first_absence_at=None).update(first_absence_at=began)
        order.refresh_from_db()
        tell_person(order.user_id, "orders-changed")
        return
    if began < second_absence_from(order):
        return
    if not was_fenced:
        give_up(order, KEY_REPLACED, second_absence_at=began)
        return
    moved = journal.move(
        order, State.NOT_PLACED, second_absence_at=began, settled_at=timezone.now(), reason=""
    )
    settle(order, moved)


def believe(order: Order) -> None:
    """Take the exchange's own refusal for the truth: a look has found nothing that denies it."""
    now = timezone.now()
    settle(order, journal.move(order, State.REJECTED, reason=order.refusal, settled_at=now))


def give_up(order: Order, reason: str, **evidence: datetime) -> None:
    """Say that nobody can know any more, and what to do."""
    now = timezone.now()
    settle(order, journal.move(order, State.UNRESOLVED, reason=reason, settled_at=now, **evidence))


def settle(order: Order, has_moved: bool) -> None:
    if has_moved:
        tell_person(order.user_id, "orders-changed")
        portfolio.poll_soon(order.account)


def note_next_look(order: Order) -> None:
    when = next_look(order, timezone.now())
    Order.objects.filter(pk=order.pk).update(looked_for_from=when, look_problem="")


def next_look(order: Order, now: datetime) -> datetime:
    """Return when to search again: soon at first, and as soon as a search may count.

    Seldom in between: three lost orders at once must not use up the calls of a minute, and what
    stands is also told by the account's stream and by the regular readings.
    """
    assert order.sent_at is not None  # noqa: S101
    soonest = now + timedelta(seconds=settings.SWEEP_SECONDS)
    most = timedelta(seconds=LONGEST_WAIT_SECONDS)
    by_age = now + min(now - order.sent_at, most)
    counts_from = [first_absence_from(order)]
    if order.first_absence_at is not None:
        counts_from.append(second_absence_from(order))
    ahead = [moment for moment in counts_from if moment > now]
    return max(soonest, min([by_age, *ahead]))


def first_absence_from(order: Order) -> datetime:
    assert order.sent_at is not None  # noqa: S101
    return order.sent_at + timedelta(seconds=settings.ORDER_FIRST_ABSENCE_SECONDS)


def second_absence_from(order: Order) -> datetime:
    assert order.first_absence_at is not None  # noqa: S101
    return order.first_absence_at + timedelta(seconds=settings.ORDER_SECOND_ABSENCE_SECONDS)
