"""Keeping the journal equal to what the exchange has. It only reads there; it never sends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils import timezone

import exchange as wire
from dashboard.accounts import due_work
from dashboard.accounts.clients import client_for
from dashboard.accounts.models import ExchangeAccount
from dashboard.accounts.sealing import SealingError
from dashboard.accounts.selectors import account_with_id
from dashboard.kill_points import KillPoint, kill_point
from dashboard.live.events import tell_person
from dashboard.orders import journal
from dashboard.orders.fees import refresh_fees
from dashboard.orders.models import Fill, Order, OrderSync
from dashboard.orders.sightings import CLOCKS_DIFFER, is_partner, is_same
from dashboard.orders.states import ADOPTABLE, State
from dashboard.portfolio import services as portfolio
from exchange.errors import ExchangeError
from exchange.rest_v2 import RestV2

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
    """Read the orders of every account that is due."""
    due_work.for_each_due(OrderSync, sync_orders)


def sync_orders(account_id: int) -> bool:
    """Read one account's orders if they are due; tell whether this call did."""
    claim = due_work.claim(OrderSync, account_id, again_after=interval(account_id))
    if claim is None:
        return False
    account = account_with_id(account_id)
    try:
        client = client_for(account)
        reading = read(account, client, claim)
        kill_point(KillPoint.SYNC_READ)
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


def read(account: ExchangeAccount, client: RestV2, claim: UUID) -> Reading:
    """Read open orders, and the rest where they tell of a change or it is time to.

    The claim is kept up from call to call, however slowly the exchange answers. Raises
    ExchangeError.
    """
    orders = {seen.id: seen for seen in client.open_orders()}
    if is_as_known(account, orders):
        return Reading(orders=orders)
    since = since_when(account)
    start_ms = round(since.timestamp() * 1000)
    due_work.keep(OrderSync, account.pk, claim)
    closed = client.order_history(start_ms=start_ms, limit=MOST_ROWS)
    orders |= {seen.id: seen for seen in closed}
    lost = [order.exchange_id for order in open_here(account) if order.exchange_id not in orders]
    if ids := [exchange_id for exchange_id in lost if exchange_id is not None]:
        due_work.keep(OrderSync, account.pk, claim)
        orders |= {seen.id: seen for seen in client.order_history(ids=ids)}
    due_work.keep(OrderSync, account.pk, claim)
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
    times += [order.sent_at - CLOCKS_DIFFER for order in lost if order.sent_at]
    return max(min(times), now - HISTORY)


@transaction.atomic
def store(*, account: ExchangeAccount, reading: Reading, claim: UUID) -> None:
    """Bring the journal up to date with a reading, unless its claim has passed on."""
    if not due_work.is_held(OrderSync, account.pk, claim):
        return
    take_in(account, reading)
    now = timezone.now()
    whole = {"read_whole_at": now} if reading.is_whole else {}
    due_work.give_back(OrderSync, account.pk, claim, last_success=now, last_error="", **whole)


@transaction.atomic
def apply_order(account: ExchangeAccount, order: wire.Order) -> None:
    """Take in one order that the account's stream tells of; older views than ours change nothing.

    Also in any order with the readings of `sync_orders`, and with the answer to its own sending.
    """
    take_in(account, Reading(orders={order.id: order}))


@transaction.atomic
def apply_fills(account: ExchangeAccount, fills: Sequence[wire.Fill]) -> None:
    """Take in trades that the account's stream tells of, each of them as often as it likes."""
    take_in(account, Reading(orders={}, fills=fills))


def take_in(account: ExchangeAccount, reading: Reading) -> None:
    """Store what is new; tell the person, and fetch balances where they moved.

    To be called in a transaction. A reading and the stream take turns on an account: each stores
    orders in its own order, and PostgreSQL would end one of two that wait for each other.
    """
    OrderSync.objects.select_for_update().filter(account=account).first()
    changed = store_orders(account, reading.orders)
    has_fills = store_fills(account, reading.fills)
    if has_fills or any(order.state != State.OPEN for order in changed):
        portfolio.poll_soon(account)
    if has_fills or changed:
        note_first_fills(account, reading)
        transaction.on_commit(lambda: tell_person(account.user_id, "orders-changed"))


def store_orders(account: ExchangeAccount, orders: dict[int, wire.Order]) -> list[Order]:
    """Follow known orders, adopt our own that were lost, note those made elsewhere."""
    # First by client id, then by the exchange's: an order that is confirmed in between is then
    # found both ways, never in neither, where it would be noted as made elsewhere.
    ours = {order.cid: order for order in with_client_ids(account, orders)}
    known = {
        order.exchange_id: order
        for order in Order.objects.filter(account=account, exchange_id__in=list(orders))
    }
    changed = []
    for exchange_id, seen in orders.items():
        order = known.get(exchange_id)
        if order is not None:
            has_changed = journal.follow(order, seen)
        else:
            order = note_new(account, seen, ours.get(seen.cid))
            has_changed = order is not None
        if order is not None and has_changed:
            order.refresh_from_db()
            changed.append(order)
    return changed


def with_client_ids(account: ExchangeAccount, orders: dict[int, wire.Order]) -> QuerySet[Order]:
    return Order.objects.filter(account=account, cid__in={seen.cid for seen in orders.values()})


def note_new(account: ExchangeAccount, seen: wire.Order, namesake: Order | None) -> Order | None:
    """Tie an order that no row has yet to its own, or give it one; None where another just did.

    namesake: our order of the same client id, which alone proves nothing.
    """
    if namesake is None:
        return journal.record_elsewhere(account, seen)
    if is_partner(namesake, seen):
        return journal.record_partner(namesake, seen)
    if is_same(namesake, seen) and journal.confirm(namesake, seen):
        return namesake
    if namesake.exchange_id == seen.id:
        return None
    alarm = f"The exchange has order {seen.id} under this order's client id as well."
    journal.raise_alarm(namesake, alarm)
    return journal.record_elsewhere(account, seen)


def store_fills(account: ExchangeAccount, fills: Sequence[wire.Fill]) -> bool:
    """Keep each trade once, in whatever order and however often it is told."""
    ids = {fill.id for fill in fills}
    mine = Fill.objects.filter(account=account)
    stored = set(mine.filter(trade_id__in=ids).values_list("trade_id", flat=True))
    new = {fill.id: fill_row(account, fill) for fill in fills if fill.id not in stored}
    Fill.objects.bulk_create(new.values(), ignore_conflicts=True)
    add_fees(account, [fill for fill in fills if fill.id in stored])
    return bool(new)


def add_fees(account: ExchangeAccount, fills: Iterable[wire.Fill]) -> None:
    """Complete trades that were first told without their fee, as the stream does."""
    for fill in fills:
        if fill.fee is not None:
            Fill.objects.filter(account=account, trade_id=fill.id, fee=None).update(
                fee=-fill.fee, fee_currency=fill.fee_currency or ""
            )


def note_first_fills(account: ExchangeAccount, reading: Reading) -> None:
    """Write down when orders were first traded, whichever was known first, order or trade."""
    ids = set(reading.orders) | {fill.order_id for fill in reading.fills}
    first = (
        Fill.objects.filter(account=account, exchange_order_id__in=ids)
        .values_list("exchange_order_id")
        .annotate(Min("traded_at"))
    )
    waiting = Order.objects.filter(account=account, first_fill_at=None)
    for exchange_id, traded_at in first:
        waiting.filter(exchange_id=exchange_id).update(first_fill_at=traded_at)


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
