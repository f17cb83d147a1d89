"""Looking for one lost order in everything the exchange lists. It only reads there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta

import exchange as wire
from dashboard.kill_points import KillPoint, kill_point
from dashboard.orders.models import Order
from dashboard.orders.sightings import CLOCKS_DIFFER, is_partner, is_same
from exchange.calls import Signed
from exchange.rest_v2 import RestV2

# The exchange may have dated the client id by the other side of midnight.
NEAR_MIDNIGHT = timedelta(minutes=5)
# The most the exchange tells in one answer: with that many there may be more behind them.
MOST_ROWS = 2500


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a search of all lists came to.

    order: ours, where it was found. stranger: one with our client id that is not the one we sent.
    is_absent: nothing was found, and no list was cut short. signed: by what nonce the first list
    was asked for; once that was answered, whatever was signed before cannot arrive any more.
    """

    order: wire.Order | None
    stranger: wire.Order | None
    is_absent: bool
    signed: Signed


def search(order: Order, client: RestV2) -> Finding:
    """Look through active orders by client id, past orders and trades. Raises ExchangeError."""
    assert order.sent_at is not None  # noqa: S101 - whoever is looked for was claimed
    seen, signed = active_by_client_id(order, client)
    kill_point(KillPoint.FENCED)
    start_ms = round((order.sent_at - CLOCKS_DIFFER).timestamp() * 1000)
    # Up to now, not only around the sending: past orders are listed by their last change.
    past = client.order_history(order.symbol, start_ms=start_ms, limit=MOST_ROWS)
    seen += past
    fills = client.fills(order.symbol, start_ms=start_ms, limit=MOST_ROWS)
    is_whole = len(past) < MOST_ROWS and len(fills) < MOST_ROWS
    if hidden := hidden_ids(order, fills, seen):
        seen += client.open_orders(order.symbol, ids=hidden)
        seen += client.order_history(order.symbol, ids=hidden, limit=MOST_ROWS)
        is_whole = is_whole and not hidden_ids(order, fills, seen)
    kill_point(KillPoint.SEARCHED)
    return finding(order, seen, is_whole=is_whole, signed=signed)


def active_by_client_id(order: Order, client: RestV2) -> tuple[list[wire.Order], Signed]:
    """Read our active orders of the days in question, and tell the first answered nonce."""
    seen: list[wire.Order] = []
    answered: list[Signed] = []
    for day in days_of(order):
        tries: list[Signed] = []
        seen += client.open_orders(
            order.symbol, cid=order.cid, cid_date=day, on_signed=tries.append
        )
        answered.append(tries[-1])
    return seen, answered[0]


def days_of(order: Order) -> list[str]:
    """Return the UTC day of the client id, and the one beyond a midnight that is near."""
    assert order.sent_at is not None  # noqa: S101
    around = (order.sent_at - NEAR_MIDNIGHT, order.sent_at, order.sent_at + NEAR_MIDNIGHT)
    days = {moment.astimezone(UTC).date() for moment in around} | {order.cid_date}
    return sorted(str(day) for day in days if day is not None)


def hidden_ids(order: Order, fills: Iterable[wire.Fill], seen: Sequence[wire.Order]) -> list[int]:
    """Return the orders that traded, or so it is told, and that no list and no row of ours has."""
    traded = {fill.order_id for fill in fills} - {each.id for each in seen}
    mine = Order.objects.filter(account=order.account_id, exchange_id__in=traded)
    return sorted(traded - set(mine.values_list("exchange_id", flat=True)))


def finding(order: Order, seen: Sequence[wire.Order], *, is_whole: bool, signed: Signed) -> Finding:
    ours = next((each for each in seen if is_same(order, each)), None)
    named = [each for each in seen if each.cid == order.cid]
    strangers = [each for each in named if ours is None and not is_partner(order, each)]
    return Finding(
        order=ours,
        stranger=strangers[0] if strangers else None,
        is_absent=is_whole and not named,
        signed=signed,
    )
