"""Placing and cancelling orders. Only a person's own request comes here; no task ever does."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

import exchange as wire
from dashboard.absence import is_database_absence
from dashboard.accounts import due_work, key_health
from dashboard.accounts.clients import client_for
from dashboard.accounts.models import ExchangeAccount, User
from dashboard.accounts.sealing import SealingError
from dashboard.kill_points import KillPoint, kill_point
from dashboard.live.events import tell_person
from dashboard.orders import answers, journal, reconcile
from dashboard.orders.holds import PLACING_CHECKS
from dashboard.orders.journal import record_draft
from dashboard.orders.models import Order, OrderSync
from dashboard.orders.search import search
from dashboard.orders.states import State
from dashboard.portfolio import services as portfolio
from exchange.calls import Signed
from exchange.errors import (
    ExchangeError,
    NonceTooSmall,
    NotAuthenticated,
    NotSent,
    OutcomeUnknown,
    Refused,
)
from exchange.new_order import NewOrder
from exchange.rest_v2 import RestV2

__all__ = ["cancel_order", "place_order", "record_draft", "sync_soon", "usable_order"]

logger = logging.getLogger(__name__)

SYNC_TASK = "dashboard.orders.tasks.sync_due_orders"
# A review older than this has to be made again: its price and balance are history.
REVIEW_LIFETIME = timedelta(minutes=10)


def usable_order(*, user: User, token: UUID) -> Order | None:
    """Return the order of the person's review, whatever became of it since.

    None for tokens that are no review of theirs, or of one that nobody confirmed in time.
    """
    order = Order.objects.select_related("account").filter(user=user, token=token).first()
    if order is None:
        return None
    is_old = timezone.now() - order.created_at > REVIEW_LIFETIME
    return None if order.state == State.DRAFT and is_old else order


def place_order(order: Order, *, clicked_at: datetime | None = None) -> str:
    """Send a reviewed order to the exchange and write down what came of it.

    Return why it was held back, "" otherwise; it then still is a draft. Calling it again, at once
    or later, changes nothing: of all callers the one that turns the draft into an intent sends.
    The row in hand then holds the outcome. clicked_at: when the person's request came.
    """
    try:
        is_ours = journal.declare_intent(order, clicked_at=clicked_at, checks=PLACING_CHECKS)
    except journal.HeldBack as held:
        return str(held)
    if not is_ours:
        return ""
    kill_point(KillPoint.INTENT_SAVED)
    if journal.claim(order):
        kill_point(KillPoint.CLAIMED)
        send_claimed(order)
    return ""


def send_claimed(order: Order) -> None:
    try:
        send(order)
    except Exception as exc:
        if is_database_absence(exc):
            # The row says SENDING: once the database is back, what was answered is looked for.
            logger.error("order %s: the database went away while it was sent", order.pk)
            raise
        # Bytes may have left, so whatever it was, the outcome is not known.
        logger.exception("order %s: sending broke off", order.pk)
        journal.move(order, State.UNKNOWN, reason=answers.UNKNOWN)
    tell_person(order.user_id, "orders-changed")
    sync_soon(order.account)
    portfolio.poll_soon(order.account)


def send(order: Order) -> None:
    """Submit a claimed order once, and settle its row by the answer."""
    try:
        client = client_for(order.account)
        placed = submit(order, client)
    except (NotSent, SealingError) as exc:
        settle_unsent(order, exc)
    except OutcomeUnknown:
        journal.move(order, State.UNKNOWN, reason=answers.UNKNOWN)
    except Refused as exc:
        if order.nonce is None:
            # Our own count of calls refused it: nothing was signed, let alone sent.
            settle_unsent(order, exc)
            return
        note_answered(order)
        if isinstance(exc, NotAuthenticated):
            key_health.note_refusal(order.account_id, exc)
        settle_refusal(order, client, exc)
    else:
        note_answered(order)
        accept(order, placed)
        key_health.note_success(order.account_id)


def submit(order: Order, client: RestV2) -> wire.Order:
    """Send the order's bytes, once their nonce is written down. Raises ExchangeError."""
    assert order.expires_at is not None  # noqa: S101 - every intent has its end

    def on_signed(signed: Signed) -> None:
        journal.note_signed(order, signed)
        kill_point(KillPoint.SIGNED)

    try:
        return client.submit_order(
            new_order(order), not_after=order.expires_at.timestamp(), on_signed=on_signed
        )
    finally:
        # A refusal and a lost answer are answers too; what never got its turn has none.
        if order.nonce is not None:
            kill_point(KillPoint.ANSWERED)


def settle_unsent(order: Order, problem: Exception) -> None:
    reason = answers.not_sent(problem)
    journal.move(order, State.NOT_SENT, reason=reason, settled_at=timezone.now())


def note_answered(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(answered_at=timezone.now())


def accept(order: Order, placed: wire.Order) -> None:
    """Confirm the row by the answer. One that comes late may find the row settled otherwise."""
    if journal.confirm(order, placed) or order.exchange_id == placed.id:
        return
    journal.raise_alarm(
        order, f"The exchange has it as order {placed.id}, though it was taken for {order.state}."
    )


def settle_refusal(order: Order, client: RestV2, refusal: Refused) -> None:
    """Believe a refusal, but look once where the same words may cover an order that went in.

    A nonce that was too small may be that of a copy: something on the way had sent it twice.
    """
    is_doubtful = not refusal.is_final or isinstance(refusal, NonceTooSmall)
    if is_doubtful and not stands(order, client, refusal):
        return
    reason = answers.refused(refusal)
    journal.move(order, State.REJECTED, reason=reason, settled_at=timezone.now())


def stands(order: Order, client: RestV2, refusal: Refused) -> bool:
    """Tell whether a search bears a refusal out; where not, settle the row by it.

    Where no search can be made, as under a ban, the next one that can decides.
    """
    doubt = {"reason": answers.doubted(refusal), "refusal": answers.refused(refusal)}
    try:
        found = search(order, client)
    except ExchangeError as exc:
        if isinstance(refusal, NonceTooSmall) and isinstance(exc, NonceTooSmall):
            # The key is behind for every call, so it was for this one.
            key_health.note_refusal(order.account_id, exc)
            return True
        journal.move(order, State.UNKNOWN, **doubt)
        reconcile.wait_for(order, exc)
        return False
    if found.order is not None:
        journal.confirm(order, found.order)
    elif not found.is_absent:
        journal.move(order, State.UNKNOWN, **doubt)
    return found.is_absent


def new_order(order: Order) -> NewOrder:
    """Return the row as the exchange takes it, digit for digit what the review showed."""
    return NewOrder(
        symbol=order.symbol,
        type=order.type,
        amount=order.signed_amount,
        price=None if order.is_market else order.price,
        price_aux_limit=order.price_aux_limit,
        price_trailing=order.price_trailing,
        price_oco_stop=order.price_oco_stop,
        leverage=order.leverage,
        flags=order.flags,
        expires=order.time_in_force,
        cid=order.cid,
        # Or the exchange may let an account trade with itself and charge both sides.
        meta={"protect_selfmatch": 1},
    )


def cancel_order(order: Order) -> None:
    """Ask the exchange to cancel; what came of it the sync finds out. Safe to call again."""
    if order.is_cancellable and order.exchange_id is not None:
        is_open = Order.objects.filter(pk=order.pk, state=State.OPEN)
        is_open.update(cancel_requested_at=timezone.now(), cancel_note=answers.CANCEL_SENT)
        kill_point(KillPoint.ONE_CANCEL_SAVED)
        note = request_cancellation(order.account, order.exchange_id)
        kill_point(KillPoint.ONE_CANCEL_ANSWERED)
        is_open.update(cancel_note=note)
        tell_person(order.user_id, "orders-changed")
    sync_soon(order.account)


def request_cancellation(account: ExchangeAccount, exchange_id: int) -> str:
    """Send the cancellation and return the sentence that says how that went."""
    try:
        client_for(account).cancel_order(exchange_id)
    except (NotSent, SealingError) as exc:
        return answers.cancel_not_sent(exc)
    except OutcomeUnknown:
        return answers.CANCEL_UNKNOWN
    except Refused as exc:
        return answers.cancel_refused(exc)
    return answers.CANCEL_ACCEPTED


def sync_soon(account: ExchangeAccount) -> None:
    """Have the account's orders read at once: something has just changed them."""
    due_work.make_due(OrderSync, account, task=SYNC_TASK)
