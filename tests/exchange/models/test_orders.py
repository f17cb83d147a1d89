from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from exchange import wire
from exchange.models.orders import Order
from tests.exchange.models.samples import Sample

MOMENT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)

# Recorded in 2022: an order that was filled at once, and the trade of another.
ORDER = (
    '[97084883506,null,1655110144596,"tLTCUST",1655110144596,1655110144598,0,0.1,'
    '"EXCHANGE MARKET",null,null,null,0,"EXECUTED @ 42.821(0.1)",null,null,42.799,42.821,0,0,'
    'null,null,null,0,0,null,null,null,"BFX",null,null,{}]'
)

SAMPLES = [
    Sample(Order.from_wire, ORDER),
]


def test_a_filled_order_is_told_by_its_status():
    order = SAMPLES[0].model()

    assert order.id == 97084883506
    assert order.cid == 1655110144596
    assert order.gid is None
    assert order.created == datetime(2022, 6, 13, 8, 49, 4, 596000, tzinfo=UTC)
    assert order.updated > order.created
    assert (order.side, order.amount, order.amount_orig) == ("buy", 0, Decimal("0.1"))
    assert order.executed == Decimal("0.1")
    assert (order.price, order.price_avg) == (Decimal("42.799"), Decimal("42.821"))
    assert order.status_keyword == "EXECUTED"
    assert order.is_filled
    assert not order.is_open
    assert order.routing == "BFX"
    assert order.meta == {}


def test_a_selling_order_is_told_by_the_sign_of_what_was_asked():
    row = wire.loads(ORDER)
    row[6], row[7] = Decimal("-0.4"), Decimal("-1")
    order = Order.from_wire(row)

    assert order.side == "sell"
    assert order.executed == Decimal("0.6")


def test_histories_send_flags_and_groups_as_text():
    row = wire.loads(ORDER)
    row[1], row[12], row[10] = "77", "4096", 1700000000000
    order = Order.from_wire(row)

    assert (order.gid, order.flags) == (77, 4096)
    assert order.expires == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize("length", [14, 18, 26, 31, 32])
def test_old_orders_are_shorter_and_lack_only_the_end(length):
    order = Order.from_wire(wire.loads(ORDER)[:length])

    assert order.status == "EXECUTED @ 42.821(0.1)"
    assert (order.price is None) == (length < 17)
    assert (order.meta is None) == (length < 32)


@pytest.mark.parametrize(
    ("status", "keyword", "is_open", "is_filled"),
    [
        ("ACTIVE", "ACTIVE", True, False),
        ("ACTIVE (note:POSCLOSE)", "ACTIVE", True, False),
        ("PARTIALLY FILLED @ 578.81(-0.1)", "PARTIALLY FILLED", True, False),
        ("EXECUTED @ 916.2(0.78): was PARTIALLY FILLED @ 915.9(0.22)", "EXECUTED", False, True),
        ("EXECUTED @ 1.0(1) was ACTIVE (note:POSCLOSE)", "EXECUTED", False, True),
        ("FORCED EXECUTED @ 1.0(1)", "FORCED EXECUTED", False, True),
        ("CANCELED", "CANCELED", False, False),
        ("CANCELED was: PARTIALLY FILLED @ 1.0(1)", "CANCELED", False, False),
        ("POSTONLY CANCELED", "POSTONLY CANCELED", False, False),
        ("IOC CANCELED", "IOC CANCELED", False, False),
        ("FILLORKILL CANCELED", "FILLORKILL CANCELED", False, False),
        ("INSUFFICIENT BALANCE (G1) was: ACTIVE", "INSUFFICIENT BALANCE", False, False),
        ("RSN_DUST (amount is less than 0.00000001)", "RSN_DUST", False, False),
    ],
)
def test_the_state_is_the_words_before_the_details(status, keyword, is_open, is_filled):
    row = wire.loads(ORDER)
    row[13] = status
    order = Order.from_wire(row)

    assert (order.status_keyword, order.is_open, order.is_filled) == (keyword, is_open, is_filled)
