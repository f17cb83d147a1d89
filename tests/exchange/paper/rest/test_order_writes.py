from __future__ import annotations

from typing import Any

import pytest

from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT
from exchange.paper.refusals import Refusal
from exchange.paper.rest import order_writes
from exchange.paper.rest.order_writes import order_day
from exchange.paper.trading.orders import HIDDEN
from exchange.paper.trading.orders import ONE_CANCELS_OTHER as OCO
from tests.exchange.paper.tickets import check_laws, place
from tests.exchange.paper.trading.test_execution import available

LIMIT = {"type": "EXCHANGE LIMIT", "symbol": "tBTCUSD", "amount": "0.1", "price": "50000"}


def submit(engine: Engine, **members: Any) -> list[Any]:
    return order_writes.submit(engine, "ann", LIMIT | members)


def test_a_stop_limit_tells_its_prices(engine: Engine) -> None:
    members = {"type": "EXCHANGE STOP LIMIT", "price": "70000", "price_aux_limit": "70500"}
    (row,) = submit(engine, **members, flags=HIDDEN, tif="2030-01-01 00:00:00")[4]

    assert (row[8], row[10], row[12], row[13]) == (
        "EXCHANGE STOP LIMIT",
        1_893_456_000_000,
        64,
        "ACTIVE",
    )
    assert row[16:20] == ["70000", "0", "0", "70500"] or row[16:20] == ["70000", 0, "0", "70500"]
    assert row[24] == 1


def test_a_trailing_stop_tells_its_distance(engine: Engine) -> None:
    (row,) = submit(engine, type="EXCHANGE TRAILING STOP", price=None, price_trailing="250")[4]

    assert (row[8], row[18]) == ("EXCHANGE TRAILING STOP", "250")
    assert float(row[16]) == pytest.approx(61_250, abs=200)


def test_an_oco_order_is_answered_with_both_its_orders(engine: Engine) -> None:
    note = submit(engine, flags=OCO, price_oco_stop="70000", gid=9)
    limit, stop = note[4]

    assert note[7] == "Submitting 2 orders."
    assert (limit[8], stop[8]) == ("EXCHANGE LIMIT", "EXCHANGE STOP")
    assert (limit[16], stop[16]) == ("50000", "70000")
    assert (limit[25], stop[25]) == (None, limit[0])
    assert limit[1] == stop[1] == 9
    assert limit[12] == stop[12] == OCO


def test_an_update_is_answered_with_what_the_order_has_become(engine: Engine) -> None:
    order = place(engine, "0.1", "50000", cid=7)
    fields = {"cid": 7, "cid_date": order_day(order), "price": "49999.99", "amount": "0.2"}
    note = order_writes.update(engine, "ann", fields)

    assert (note[1], note[6]) == ("ou-req", "SUCCESS")
    assert note[7] == "Submitting update to exchange limit buy order for 0.2 BTC."
    assert note[4][6:10] == ["0.2", "0.2", "EXCHANGE LIMIT", "EXCHANGE LIMIT"]
    assert (note[4][13], note[4][16]) == ("ACTIVE", "49999")
    assert order.remaining == UNIT // 5


def test_several_orders_are_cancelled_by_id_client_id_and_group(engine: Engine) -> None:
    by_id, by_client, by_group, stays = (
        place(engine, "0.01", "50000", cid=cid, gid=gid)
        for cid, gid in ((1, None), (2, None), (3, 30), (4, 40))
    )
    note = order_writes.cancel_many(
        engine,
        "ann",
        {"id": [by_id.id, 5], "cid": [[2, order_day(by_client)], [4, "2020-01-01"]], "gid": [30]},
    )

    assert (note[1], note[7]) == ("oc_multi-req", "Submitting 3 order cancellations.")
    assert [row[0] for row in note[4]] == [by_id.id, by_client.id, by_group.id]
    assert {row[13] for row in note[4]} == {"ACTIVE"}
    assert engine.desk.open_orders("ann") == [stays]


def test_all_orders_are_cancelled_but_nobody_else_s(engine: Engine) -> None:
    place(engine, "0.01", "50000")
    submit(engine, flags=OCO, price_oco_stop="70000")
    other = place(engine, "0.01", "50000", who="bob")
    note = order_writes.cancel_many(engine, "ann", {"all": 1})

    assert len(note[4]) == 3
    assert engine.desk.open_orders("ann") == []
    assert other.is_open
    assert available(engine, "USD") == 50_000 * UNIT


def test_nothing_named_cancels_nothing(engine: Engine) -> None:
    place(engine, "0.01", "50000")
    note = order_writes.cancel_many(engine, "ann", {"all": 0, "id": []})

    assert note[4] == []
    assert len(engine.desk.open_orders("ann")) == 1


def test_operations_are_carried_out_one_after_the_other(engine: Engine) -> None:
    waiting = place(engine, "0.01", "50000")
    note = order_writes.many(
        engine,
        "ann",
        {
            "ops": [
                ["on", LIMIT],
                ["ou", {"id": waiting.id, "price": "40000"}],
                ["oc", {"id": waiting.id}],
                ["on", LIMIT | {"amount": "50", "cid": 8}],
                ["oc_multi", {"all": 1}],
            ]
        },
    )
    kinds = [(row[1], row[6]) for row in note[4]]

    assert (note[1], note[7]) == ("ox_multi-req", "Submitting 5 order operations.")
    assert kinds == [
        ("on-req", "SUCCESS"),
        ("ou-req", "SUCCESS"),
        ("oc-req", "SUCCESS"),
        ("on-req", "ERROR"),
        ("oc_multi-req", "SUCCESS"),
    ]
    assert note[4][3][7] == "Invalid order: not enough exchange balance for 50 BTCUSD at 50000.0"
    assert note[4][3][4][0][2:4] == [8, "tBTCUSD"]
    assert note[4][3][4][0][6] == "50"
    assert engine.desk.open_orders("ann") == []
    check_laws(engine)


@pytest.mark.parametrize(
    "operations",
    [
        None,
        [],
        [["on", LIMIT]] * 76,
        [["on"]],
        [["fon", LIMIT]],
        [["on", "x"]],
        ["on"],
        {"on": LIMIT},
    ],
)
def test_operations_that_are_none_are_refused(engine: Engine, operations: Any) -> None:
    with pytest.raises(Refusal, match="ops: invalid"):
        order_writes.many(engine, "ann", {"ops": operations})


@pytest.mark.parametrize(
    ("fields", "name"),
    [({"id": 5}, "id"), ({"id": ["x"]}, "id"), ({"gid": [[5]]}, "gid"), ({"cid": "x"}, "cid")],
)
def test_orders_to_cancel_must_be_lists_of_numbers(
    engine: Engine, fields: dict[str, Any], name: str
) -> None:
    with pytest.raises(Refusal, match=f"{name}: invalid"):
        order_writes.cancel_many(engine, "ann", fields)


@pytest.mark.parametrize("write", [order_writes.update, order_writes.cancel])
def test_only_one_s_own_open_order_can_be_named(engine: Engine, write: Any) -> None:
    other, gone = place(engine, "0.01", "50000", who="bob"), place(engine, "0.01")
    for fields in ({"id": other.id}, {"id": gone.id}, {"id": 1}, {"cid": 5, "cid_date": "x"}):
        with pytest.raises(Refusal, match="Order not found."):
            write(engine, "ann", fields)
    with pytest.raises(Refusal, match="id: invalid"):
        write(engine, "ann", {})

    assert other.is_open
