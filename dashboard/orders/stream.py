"""Orders and trades as the account's stream tells of them, between two readings."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

import exchange as wire
from dashboard.accounts import due_work
from dashboard.accounts.models import ExchangeAccount
from dashboard.orders.models import OrderSync
from dashboard.orders.sync import Reading
from dashboard.orders.sync import take_in as take_in_reading
from exchange.stream import account_events as told
from exchange.stream.events import Event

SYNC_TASK = "dashboard.orders.tasks.sync_due_orders"


@transaction.atomic
def take_in(account: ExchangeAccount, events: Sequence[Event]) -> None:
    """Store what a burst of events tells of orders and trades.

    A stream that has just begun tells only what is open now: what was closed before is read.
    """
    orders, fills = orders_in(events), fills_in(events)
    if orders or fills:
        take_in_reading(account, Reading(orders=orders, fills=fills))
    if any(isinstance(event, told.OrdersSnapshot) for event in events):
        due_work.make_due(OrderSync, account, task=SYNC_TASK)


def orders_in(events: Sequence[Event]) -> dict[int, wire.Order]:
    """Return each order as it was told last."""
    orders: dict[int, wire.Order] = {}
    for event in events:
        match event:
            case told.OrdersSnapshot():
                orders |= {order.id: order for order in event.orders}
            case told.OrderChanged():
                orders[event.order.id] = event.order
    return orders


def fills_in(events: Sequence[Event]) -> list[wire.Fill]:
    """Return each trade once, with its fee where that was told, whichever came first."""
    fills: dict[int, wire.Fill] = {}
    for event in events:
        match event:
            case told.FillExecuted():
                fills.setdefault(event.fill.id, event.fill)
            case told.FillCharged():
                fills[event.fill.id] = event.fill
    return list(fills.values())
