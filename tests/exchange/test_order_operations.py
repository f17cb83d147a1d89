from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from exchange.new_order import NewOrder
from exchange.order_operations import CancelOrder, CancelOrders, OrderUpdate, operations_wire


def test_an_update_sends_what_is_to_change_and_nothing_else():
    change = OrderUpdate(id=5, price=Decimal("1E-7"), amount=Decimal("-0.50"))

    assert change.wire() == {"id": 5, "price": "0.0000001", "amount": "-0.50"}


def test_an_update_may_change_everything_at_once():
    change = OrderUpdate(
        cid=7,
        cid_date="2026-11-22",
        delta=Decimal("0.1"),
        price_aux_limit=Decimal(2),
        price_trailing=Decimal(3),
        gid=4,
        flags=0,
        leverage=5,
        expires=datetime(2026, 12, 24, 18, 30, tzinfo=UTC),
    )

    assert change.wire() == {
        "cid": 7,
        "cid_date": "2026-11-22",
        "delta": "0.1",
        "price_aux_limit": "2",
        "price_trailing": "3",
        "gid": 4,
        "flags": 0,
        "lev": 5,
        "tif": "2026-12-24 18:30:00",
    }


@pytest.mark.parametrize(
    "name",
    [{}, {"cid": 1}, {"cid_date": "2026-11-22"}, {"id": 1, "cid": 1}, {"id": 1, "cid_date": "x"}],
    ids=str,
)
def test_an_update_names_its_order_in_one_way(name):
    with pytest.raises(ValueError, match="named by its id"):
        OrderUpdate(**name, price=Decimal(1))


def test_an_update_changes_something_at_a_certain_time():
    with pytest.raises(ValueError, match="nothing is to change"):
        OrderUpdate(id=1)
    with pytest.raises(ValueError, match="time zone"):
        OrderUpdate(id=1, expires=datetime(2026, 1, 1))  # noqa: DTZ001, the point of it


def test_cancelling_several_leaves_out_what_is_empty():
    assert CancelOrders(ids=[1, 2]).wire() == {"id": [1, 2]}
    assert CancelOrders(cids=[(3, "2026-11-22")], gids=[4]).wire() == {
        "cid": [[3, "2026-11-22"]],
        "gid": [4],
    }


def test_cancelling_none_is_not_cancelling_all():
    with pytest.raises(ValueError, match="no order is named"):
        CancelOrders()


def test_every_operation_goes_by_its_code():
    order = NewOrder(symbol="tBTCUSD", type="EXCHANGE MARKET", amount=Decimal(1))
    wanted = [order, OrderUpdate(id=1, gid=2), CancelOrder(3), CancelOrders(gids=[4])]

    assert operations_wire(wanted) == {
        "ops": [
            ["on", order.wire()],
            ["ou", {"id": 1, "gid": 2}],
            ["oc", {"id": 3}],
            ["oc_multi", {"gid": [4]}],
        ]
    }


@pytest.mark.parametrize("count", [0, 76])
def test_only_so_many_operations_fit_into_a_call(count):
    with pytest.raises(ValueError, match="between 1 and 75"):
        operations_wire([CancelOrder(1)] * count)
