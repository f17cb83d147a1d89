"""Keeping the journal equal to what the exchange has. It only reads there; it never sends."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

import exchange as wire
from dashboard.accounts import due_work
from dashboard.accounts.clients import client_for
from dashboard.accounts.models import ExchangeAccount
from dashboard.accounts.sealing import SealingError
from dashboard.accounts.selectors import account_with_id
from dashboard.live.events import tell_person
from dashboard.orders import journal
from dashboard.orders.fees import refresh_fees
from dashboard.orders.models import Fill, Order, OrderSync
from dashboard.orders.states import ADOPTABLE, State
from dashboard.portfolio import services as portfolio
from exchange.errors import ExchangeError
from exchange.rest_v2 import RestV2

logger = logging.getLogger(__name__)

# The exchange's history reaches back this far. Source: Bitfinex docs, Orders history.
HISTORY = timedelta(days=14)
# Each reading goes back over the end of the one before it: lists may lag behind each other.
OVERLAP = timedelta(minutes=10)
# An order that is still not found after this is asked about like any other.
EAGER = timedelta(minutes=10)
MOST_ROWS = 2500


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the exchange told; `is_whole` where closed orders and fills were read too."""

    orders: dict[int, wire.Order]
    fills: Sequence[wire.Fill] = field(default=())
    is_whole: bool = False


def sync_due_orders() -> None:
    """Retire what will not be sent any more, then read the orders of every account that is due."""
    for user_id in journal.sweep(timezone.now()):
        tell_person(user_id, "orders-changed")
    due_work.for_each_due(OrderSync, sync_orders)


def sync_orders(account_id: int) -> bool:
    """Read one account's orders if they are due; tell whether this call did."""
    claim = due_work.claim(OrderSync, account_id, again_after=interval(account_id))
    if claim is None:
        return False
    account = account_with_id(account_id)
    try:
        client = client_for(account)
        reading = read(account, client)
    except (ExchangeError, SealingError) as exc:
        due_work.give_up(OrderSync, account_id, claim, exc)
        return True
    store(account=account, reading=reading, claim=claim)
    refresh_fees(account, client)
    return True


def interval(account_id: int) -> timedelta:
    """Return how soon to ask again: often while something may change by itself."""
    restless = Order.objects.filter(account=account_id, state__in=[State.OPEN, State.SENDING])
    unknown = Order.objects.filter(
        account=account_id, state=State.UNKNOWN, sent_at__gt=timezone.now() - EAGER
    )
    is_often = restless.exists() or unknown.exists()
    return timedelta(seconds=settings.OPEN_ORDERS_SECONDS if is_often else settings.ORDERS_SECONDS)


def read(account: ExchangeAccount, client: RestV2) -> Reading:
    """Read open orders, and the rest where they tell of a change or it is time to.

    Raises ExchangeError.
    """
    orders = {seen.id: seen for seen in client.open_orders()}
    if is_as_known(account, orders):
        return Reading(orders=orders)
    since = since_when(account)
    start_ms = round(since.timestamp() * 1000)
    closed = client.order_history(start_ms=start_ms, limit=MOST_ROWS)
    orders |= {seen.id: seen for seen in closed}
    lost = [order.exchange_id for order in open_here(account) if order.exchange_id not in orders]
    if ids := [exchange_id for exchange_id in lost if exchange_id is not None]:
        orders |= {seen.id: seen for seen in client.order_history(ids=ids)}
    # Last, so that no order counts as traded whose fills are missing here.
    fills = client.fills(start_ms=start_ms, limit=MOST_ROWS)
    return Reading(orders=orders, fills=fills, is_whole=True)


def is_as_known(account: ExchangeAccount, orders: dict[int, wire.Order]) -> bool:
    """Tell whether the open orders are those of the journal and nothing else is to be asked."""
    work = OrderSync.objects.get(account=account)
    oldest = timezone.now() - timedelta(seconds=settings.ORDERS_SECONDS)
    if work.read_whole_at is None or work.read_whole_at <= oldest:
        return False
    if Order.objects.filter(account=account, state__in=ADOPTABLE).exists():
        return False
    here = {order.exchange_id: order.executed for order in open_here(account)}
    return here == {seen.id: seen.executed for seen in orders.values()}


def open_here(account: ExchangeAccount) -> list[Order]:
    return list(Order.objects.filter(account=account, state=State.OPEN))


def since_when(account: ExchangeAccount) -> datetime:
    """Return from when on history is read: what was read before, and what is still looked for."""
    now = timezone.now()
    work = OrderSync.objects.get(account=account)
    times = [now - HISTORY if work.read_whole_at is None else work.read_whole_at - OVERLAP]
    lost = Order.objects.filter(account=account, state__in=ADOPTABLE)
    times += [order.sent_at - journal.CLOCKS_DIFFER for order in lost if order.sent_at]
    return max(min(times), now - HISTORY)


@transaction.atomic
def store(*, account: ExchangeAccount, reading: Reading, claim: UUID) -> None:
    """Bring the journal up to date; tell the person, and fetch balances where they moved."""
    if not due_work.is_held(OrderSync, account.pk, claim):
        return
    changed = store_orders(account, reading.orders)
    has_fills = store_fills(account, reading.fills)
    if has_fills or any(order.state != State.OPEN for order in changed):
        portfolio.poll_soon(account)
    if has_fills or changed:
        transaction.on_commit(lambda: tell_person(account.user_id, "orders-changed"))
    now = timezone.now()
    whole = {"read_whole_at": now} if reading.is_whole else {}
    due_work.give_back(OrderSync, account.pk, claim, last_success=now, last_error="", **whole)


def store_orders(account: ExchangeAccount, orders: dict[int, wire.Order]) -> list[Order]:
    """Follow known orders, adopt our own that were lost, note those made elsewhere."""
    # First the lost, then the known: an order that is confirmed in between is then in both lists,
    # never in neither, where it would be noted as made elsewhere.
    lost = list(Order.objects.filter(account=account, state__in=ADOPTABLE))
    known = {
        order.exchange_id: order
        for order in Order.objects.filter(account=account, exchange_id__in=list(orders))
    }
    changed = []
    for exchange_id, seen in orders.items():
        order = known.get(exchange_id)
        if order is not None:
            has_changed = journal.follow(order, seen)
        elif (order := owner_of(seen, lost)) is not None:
            has_changed = journal.confirm(order, seen)
        else:
            order, has_changed = journal.record_elsewhere(account, seen), True
        if has_changed:
            order.refresh_from_db()
            changed.append(order)
    return changed


def owner_of(seen: wire.Order, lost: Sequence[Order]) -> Order | None:
    """Return our order that this one is; one that only shares its client id is nobody's."""
    for order in lost:
        if seen.cid != order.cid:
            continue
        if journal.is_same(order, seen):
            return order
        logger.error("exchange order %s has the client id of order %s", seen.id, order.pk)
    return None


def store_fills(account: ExchangeAccount, fills: Sequence[wire.Fill]) -> bool:
    """Keep each trade once, in whatever order and however often it is told."""
    ids = {fill.id for fill in fills}
    mine = Fill.objects.filter(account=account)
    stored = set(mine.filter(trade_id__in=ids).values_list("trade_id", flat=True))
    new = {fill.id: fill_row(account, fill) for fill in fills if fill.id not in stored}
    Fill.objects.bulk_create(new.values(), ignore_conflicts=True)
    return bool(new)


def fill_row(account: ExchangeAccount, fill: wire.Fill) -> Fill:
    return Fill(
        account=account,
        trade_id=fill.id,
        exchange_order_id=fill.order_id,
        symbol=fill.symbol,
        side="sell" if fill.amount < 0 else "buy",
        amount=abs(fill.amount),
        price=fill.price,
        fee=None if fill.fee is None else -fill.fee,
        fee_currency=fill.fee_currency or "",
        traded_at=fill.time,
    )
