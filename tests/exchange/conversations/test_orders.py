"""Every method of v2 about orders, held against what the account then shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from exchange.errors import InvalidRequest
from exchange.models.orders import Order
from exchange.new_order import NewOrder
from exchange.order_operations import CancelOrder, CancelOrders, OrderUpdate
from exchange.paper import PaperExchange
from exchange.rest_v2 import RestV2

SYMBOL = "tETHUSD"
client_ids = count(2**43)


def wanted(price: str | None, amount: str = "0.5", kind: str = "LIMIT", **more: Any) -> NewOrder:
    return NewOrder(
        symbol=SYMBOL,
        type=f"EXCHANGE {kind}",
        amount=Decimal(amount),
        price=None if price is None else Decimal(price),
        cid=next(client_ids),
        **more,
    )


def day(order: Order) -> str:
    return f"{order.created:%Y-%m-%d}"


def test_orders_of_every_type_are_told_as_they_were_asked(v2: RestV2) -> None:
    asked = [
        wanted("1000"),
        wanted("9000", kind="STOP"),
        wanted("9000", kind="STOP LIMIT", price_aux_limit=Decimal(9_100)),
        wanted(None, kind="TRAILING STOP", price_trailing=Decimal(90)),
    ]
    placed = [v2.submit_order(order) for order in asked]
    listed = {order.id: order for order in v2.open_orders(SYMBOL)}

    for order, answer in zip(asked, placed, strict=True):
        found = listed[answer.id]
        assert (found.type, found.amount, found.cid) == (order.type, order.amount, order.cid)
        assert found.status == answer.status == "ACTIVE"
    assert listed[placed[2].id].price_aux_limit == 9_100
    assert listed[placed[3].id].price_trailing == 90


def test_an_order_expires_flagged_grouped_and_with_its_meta(v2: RestV2) -> None:
    expires = (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
    placed = v2.submit_order(
        wanted("1000", flags=64 + 4096, gid=7, expires=expires, meta={"aff_code": "abc"})
    )
    (found,) = v2.open_orders(gid=7)

    assert found.id == placed.id
    assert (found.flags, found.gid, found.expires) == (64 + 4096, 7, expires)
    assert found.meta is not None
    assert found.meta["aff_code"] == "abc"


def test_an_update_changes_what_it_names_and_nothing_else(v2: RestV2) -> None:
    placed = v2.submit_order(wanted("1000", gid=8))
    changed = v2.update_order(
        OrderUpdate(id=placed.id, price=Decimal(1_100), delta=Decimal("-0.1"))
    )
    by_client_id = v2.update_order(
        OrderUpdate(cid=placed.cid, cid_date=day(placed), amount=Decimal("0.3"))
    )
    (found,) = v2.open_orders(ids=[placed.id])

    assert (changed.id, by_client_id.id) == (placed.id, placed.id)
    assert (found.price, found.amount, found.gid) == (1_100, Decimal("0.3"), 8)
    assert found.created == placed.created


def test_an_update_of_what_is_gone_is_refused(v2: RestV2) -> None:
    placed = v2.submit_order(wanted("1000"))
    v2.cancel_order(placed.id)
    with pytest.raises(InvalidRequest):
        v2.update_order(OrderUpdate(id=placed.id, price=Decimal(1_100)))


def test_an_order_is_cancelled_by_what_its_owner_calls_it(v2: RestV2) -> None:
    placed = v2.submit_order(wanted("1000"))
    assert placed.cid is not None
    cancelled = v2.cancel_order_by_cid(placed.cid, day(placed))

    assert cancelled.id == placed.id
    assert v2.open_orders() == []
    with pytest.raises(InvalidRequest, match="not found"):
        v2.cancel_order_by_cid(placed.cid, day(placed))


def test_several_orders_are_cancelled_by_ids_client_ids_and_groups(v2: RestV2) -> None:
    by_id, by_cid, by_gid, stays = (
        v2.submit_order(wanted("1000", **more)) for more in ({}, {}, {"gid": 9}, {"gid": 10})
    )
    assert by_cid.cid is not None
    cancelled = v2.cancel_orders(
        CancelOrders(ids=[by_id.id, 1], cids=[(by_cid.cid, day(by_cid))], gids=[9])
    )

    assert {order.id for order in cancelled} == {by_id.id, by_cid.id, by_gid.id}
    assert [order.id for order in v2.open_orders()] == [stays.id]


def test_all_orders_are_cancelled_at_once(v2: RestV2) -> None:
    placed = [v2.submit_order(wanted("1000")).id for _ in range(3)]
    cancelled = v2.cancel_all_orders()

    assert sorted(order.id for order in cancelled) == placed
    assert v2.open_orders() == []


def test_operations_are_done_in_order_each_with_its_own_result(v2: RestV2) -> None:
    first, second = (v2.submit_order(wanted("1000")) for _ in range(2))
    new = wanted("1200")
    results = v2.operate(
        [
            new,
            OrderUpdate(id=first.id, price=Decimal(1_300)),
            CancelOrder(second.id),
            CancelOrder(1),
            wanted("1000", amount="5000"),
        ]
    )
    listed = {order.cid: order for order in v2.open_orders()}
    placed, changed, cancelled = results[:3]

    assert isinstance(placed, list)
    assert isinstance(changed, list)
    assert isinstance(cancelled, list)
    assert placed[0].id == listed[new.cid].id
    assert changed[0].id == first.id
    assert cancelled[0].id == second.id
    assert isinstance(results[3], InvalidRequest)
    assert isinstance(results[4], InvalidRequest)
    assert {order.price for order in listed.values()} == {1_200, 1_300}


def test_one_of_a_pair_ends_the_other(market_place: PaperExchange, v2: RestV2) -> None:
    bid, ask = market_place.best_prices(SYMBOL)
    stop, flags = (bid - 200).quantize(Decimal(1)), 16_384
    placed = v2.submit_order(
        wanted(str(ask + 200), amount="-0.5", flags=flags, price_oco_stop=stop)
    )
    both = v2.open_orders()
    v2.cancel_order(placed.id)

    assert {order.type for order in both} == {"EXCHANGE LIMIT", "EXCHANGE STOP"}
    assert v2.open_orders() == []


def test_what_was_traded_is_the_same_in_every_list(v2: RestV2) -> None:
    placed = v2.submit_order(wanted(None, amount="0.3", kind="MARKET"))
    (past,) = v2.order_history(SYMBOL, ids=[placed.id])
    fills = v2.order_fills(SYMBOL, placed.id)
    every = list(v2.every_fill(SYMBOL))

    assert past.is_filled
    assert past.executed == sum(fill.amount for fill in fills) == Decimal("0.3")
    assert [fill.id for fill in every] == [fill.id for fill in v2.fills(limit=2_500)]
    assert {fill.id for fill in every} == {fill.id for fill in fills}
    assert {fill.order_type for fill in every} == {"EXCHANGE MARKET"}
    assert v2.fills("tBTCUSD") == []
    assert v2.fills(oldest_first=True) == v2.fills()[::-1]


def test_every_past_order_is_told_once(v2: RestV2) -> None:
    placed = [v2.submit_order(wanted("1000")).id for _ in range(30)]
    v2.cancel_all_orders()
    told = [order.id for order in v2.every_past_order()]

    assert sorted(told) == placed
    assert len(v2.order_history()) == 25
    assert len(v2.order_history(limit=2_500)) == 30
    with pytest.raises(InvalidRequest, match="limit"):
        v2.order_history(limit=2_501)
