"""Cancelling several orders with one press, each with a result of its own.

Never held back by anything. Asking twice for the same order is safe: it is named by its id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

import exchange as wire
from dashboard.accounts.clients import client_for
from dashboard.accounts.models import ExchangeAccount, User
from dashboard.accounts.sealing import SealingError
from dashboard.kill_points import KillPoint, kill_point
from dashboard.live.events import tell_person
from dashboard.orders import answers, services, sync
from dashboard.orders.models import Cancellation, Order
from dashboard.orders.models.changes import ChangeState
from dashboard.orders.states import State
from exchange.errors import NotSent, OutcomeUnknown, Refused
from exchange.order_operations import CancelOrders
from exchange.rest_v2 import RestV2

# Of these one may be at the exchange though the journal has no id to name it by.
UNNAMED = frozenset({State.SENDING, State.UNKNOWN})
ANSWERED = frozenset({ChangeState.DONE, ChangeState.REFUSED, ChangeState.NOT_SENT})

# Asks for the cancellations and returns the orders that the exchange found.
Ask = Callable[[RestV2], list[wire.Order]]


def open_orders(account: ExchangeAccount, *, symbol: str = "", side: str = "") -> QuerySet[Order]:
    """Return what a press would cancel: the account's open orders, of one market or side or all."""
    found = Order.objects.filter(account=account, state=State.OPEN)
    found = found.filter(symbol=symbol) if symbol else found
    found = found.filter(side=side) if side else found
    return found.order_by("symbol", "-created_at", "-pk")


def cancel_orders(account: ExchangeAccount, orders: Sequence[Order], *, scope: str) -> UUID:
    """Ask for the end of these orders in one call; return the batch that holds the results.

    scope: what was pressed, in words.
    """
    batch = uuid4()
    rows = note_requests(account, orders, scope=scope, batch=batch)
    ids = [order.exchange_id for order in orders if order.exchange_id is not None]
    if ids:
        ask(account, rows, lambda client: client.cancel_orders(CancelOrders(ids=ids)))
    return batch


def cancel_everything(account: ExchangeAccount, *, scope: str, batch: UUID) -> None:
    """Ask for the end of every order of the account, those included that we do not know of."""
    here = Order.objects.filter(account=account, state__in=[State.OPEN, *UNNAMED])
    rows = note_requests(account, here.order_by("symbol", "-pk"), scope=scope, batch=batch)
    found = ask(account, rows, lambda client: client.cancel_all_orders())
    known = {row.order.exchange_id for row in rows if row.order is not None}
    for order in found:
        if order.id not in known:
            note_stranger(account, order, scope=scope, batch=batch)


def note_requests(
    account: ExchangeAccount, orders: Iterable[Order], *, scope: str, batch: UUID
) -> list[Cancellation]:
    """Write down what is about to be asked, committed on return."""
    now = timezone.now()
    with transaction.atomic():
        rows = [
            Cancellation(
                account=account,
                user_id=account.user_id,
                order=order,
                scope=scope,
                batch=batch,
                outcome=ChangeState.SENDING,
                requested_at=now,
            )
            for order in orders
        ]
        Cancellation.objects.bulk_create(rows)
        of_rows(rows).update(cancel_requested_at=now, cancel_note=answers.CANCEL_SENT)
    kill_point(KillPoint.CANCEL_SAVED)
    return rows


def ask(account: ExchangeAccount, rows: Sequence[Cancellation], call: Ask) -> list[wire.Order]:
    """Send the cancellations, note how that went, and look at once what came of them."""
    found: list[wire.Order] = []
    try:
        found = call(client_for(account))
    except (NotSent, SealingError) as exc:
        outcome, note = ChangeState.NOT_SENT, answers.cancel_not_sent(exc)
    except OutcomeUnknown:
        outcome, note = ChangeState.UNKNOWN, answers.CANCEL_UNKNOWN
    except Refused as exc:
        outcome, note = ChangeState.REFUSED, answers.cancel_refused(exc)
    else:
        outcome, note = ChangeState.DONE, answers.CANCEL_ACCEPTED
    kill_point(KillPoint.CANCEL_ANSWERED)
    note_answer(rows, outcome, note)
    services.sync_soon(account)
    if outcome is ChangeState.DONE:
        # Where no worker is at it already: a page without scripts shows the truth at once.
        sync.sync_orders(account.pk)
    tell_person(account.user_id, "orders-changed")
    return found


def note_answer(rows: Sequence[Cancellation], outcome: ChangeState, note: str) -> None:
    Cancellation.objects.filter(pk__in=[row.pk for row in rows]).update(
        outcome=outcome, note=note, answered_at=timezone.now()
    )
    of_rows(rows).update(cancel_note=note)


def of_rows(rows: Sequence[Cancellation]) -> QuerySet[Order]:
    """Return the rows' orders that are still open: on others a note would say nothing."""
    ids = [row.order_id for row in rows if row.order_id is not None]
    return Order.objects.filter(pk__in=ids, state=State.OPEN)


def note_stranger(account: ExchangeAccount, seen: wire.Order, *, scope: str, batch: UUID) -> None:
    """Add an order to the results that the exchange cancelled and the journal did not know."""
    order = Order.objects.filter(account=account, exchange_id=seen.id).first()
    now = timezone.now()
    Cancellation.objects.create(
        account=account,
        user_id=account.user_id,
        order=order,
        scope=scope,
        batch=batch,
        outcome=ChangeState.DONE,
        note=f"Order {seen.id} at the exchange, not known here before: cancellation requested.",
        requested_at=now,
        answered_at=now,
    )


def batch_of(user: User, batch: UUID) -> list[Cancellation]:
    """Return one press's cancellations, of that person alone."""
    rows = Cancellation.objects.filter(user=user, batch=batch).select_related("order", "account")
    return list(rows.order_by("pk"))


def result(row: Cancellation) -> str:
    """Return what became of one cancellation, as far as is known by now."""
    order = row.order
    if order is None:
        return row.note
    if order.state == State.FILLED:
        return "Was filled before it could be cancelled."
    if order.state == State.CANCELED:
        return cancelled_words(row, order)
    if order.state == State.OPEN:
        return open_words(row)
    if order.state in UNNAMED:
        return (
            "Not confirmed: it may or may not be at the exchange, and is being looked up. "
            "If it was there, it was cancelled with the rest; look again."
            if row.outcome == ChangeState.DONE
            else "Not confirmed: it may or may not be at the exchange. Look again."
        )
    return order.reason or "It is not at the exchange."


def cancelled_words(row: Cancellation, order: Order) -> str:
    if order.settled_at is not None and order.settled_at < row.requested_at:
        return "Was already closed."
    return "Cancelled; part of it was filled before." if order.executed else "Cancelled."


def open_words(row: Cancellation) -> str:
    if row.outcome == ChangeState.DONE:
        return "Requested; the exchange has not confirmed it yet."
    if row.outcome in ANSWERED:
        return row.note
    return "Being asked." if is_being_asked(row) else "Not confirmed: look again."


def is_being_asked(row: Cancellation) -> bool:
    """Tell whether the asking can still be going on; longer ago, its process has died."""
    longest = timedelta(seconds=2 * settings.EXCHANGE_DEADLINE_SECONDS)
    is_recent = timezone.now() - row.requested_at < longest
    return row.outcome == ChangeState.SENDING and is_recent


def can_be_asked_again(row: Cancellation) -> bool:
    return row.order is not None and row.order.state == State.OPEN and not is_being_asked(row)
