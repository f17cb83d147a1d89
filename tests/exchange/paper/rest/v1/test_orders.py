from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from exchange.paper import PaperExchange
from tests.exchange.paper.caller import Caller

ORDER = {
    "symbol": "btcusd",
    "amount": "0.1",
    "price": "50000",
    "side": "buy",
    "type": "exchange limit",
    "exchange": "bitfinex",
}


def test_a_new_order_lives_and_can_be_followed(caller: Caller) -> None:
    made = caller.v1("/v1/order/new", **ORDER).json()
    status = caller.v1("/v1/order/status", order_id=made["id"]).json()

    assert made["order_id"] == made["id"] == status["id"]
    assert (status["is_live"], status["is_cancelled"]) == (True, False)
    assert (status["side"], status["type"]) == ("buy", "exchange limit")
    assert (status["original_amount"], status["remaining_amount"]) == ("0.1", "0.1")
    assert status["executed_amount"] == "0.0"
    assert status["price"] == "50000.0"


def test_a_market_order_is_told_alive_and_then_filled(caller: Caller) -> None:
    order = ORDER | {"type": "exchange market", "side": "sell", "price": "1"}
    made = caller.v1("/v1/order/new", **order).json()
    status = caller.v1("/v1/order/status", order_id=made["id"]).json()

    assert made["is_live"]
    assert (status["is_live"], status["is_cancelled"]) == (False, False)
    assert (status["remaining_amount"], status["executed_amount"]) == ("0.0", "0.1")
    assert float(status["avg_execution_price"]) > 50_000


def test_a_cancelled_order_is_told_alive_and_then_gone(caller: Caller) -> None:
    made = caller.v1("/v1/order/new", **ORDER).json()
    answer = caller.v1("/v1/order/cancel", order_id=made["id"]).json()
    status = caller.v1("/v1/order/status", order_id=made["id"]).json()

    assert answer["is_live"]
    assert (status["is_live"], status["is_cancelled"]) == (False, True)


def test_post_only_is_kept(caller: Caller) -> None:
    made = caller.v1("/v1/order/new", **ORDER | {"price": "70000", "is_postonly": True}).json()
    status = caller.v1("/v1/order/status", order_id=made["id"]).json()

    assert status["is_cancelled"]


def test_a_v2_order_has_a_v1_face(caller: Caller, paper: PaperExchange) -> None:
    caller.submit("0.001", "70000", type="EXCHANGE IOC")
    order_id = paper.ledger.orders[-1].id

    assert caller.v1("/v1/order/status", order_id=order_id).json()["type"] == "exchange ioc"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"symbol": "nope"}, "Unknown symbol"),
        ({"type": "exchange ioc"}, "Invalid order type"),
        ({"side": "hold"}, "Invalid order side"),
        ({"price": "0"}, "Order price must be positive."),
        ({"amount": "-1"}, "Order amount must be positive."),
        ({"price": 50000}, 'Key price should be a decimal number, e.g. "123.456"'),
        ({"amount": "1e-1"}, 'Key amount should be a decimal number, e.g. "123.456"'),
        ({"price": "50000.5"}, "Invalid order price precision (5 sig figures limit)"),
        ({"price": "0.000000015"}, "Invalid order price precision (5 sig figures limit)"),
        ({"price": "1000000001"}, "Price too big"),
        ({"amount": "0.00001"}, "Invalid order: minimum size for BTC/USD is 0.00004"),
        ({"amount": "9"}, "Invalid order: not enough exchange balance for 9 BTCUSD at 50000.0"),
        ({"is_hidden": "maybe"}, "Key is_hidden should be a boolean"),
        (
            {"type": "exchange market", "ocoorder": 1, "buy_price_oco": "60000"},
            "Invalid order ocoorder",
        ),
        ({"is_hidden": [1]}, "Key is_hidden should be a boolean"),
        ({"ocoorder": True}, 'Key buy_price_oco should be a decimal number, e.g. "123.456"'),
    ],
)
def test_what_does_not_fit_is_refused(caller: Caller, change: Any, message: str) -> None:
    answer = caller.v1("/v1/order/new", **ORDER | change)

    assert (answer.status_code, answer.json()) == (400, {"message": message})


def test_an_order_that_is_not_there_has_no_status(caller: Caller, paper: PaperExchange) -> None:
    foreign = paper.place("bob", "tBTCUSD", "0.01", "50000")

    for order_id in (1, foreign, "5"):
        status = caller.v1("/v1/order/status", order_id=order_id)
        cancel = caller.v1("/v1/order/cancel", order_id=order_id)
        assert (status.status_code, cancel.status_code) == (400, 400)
        assert status.json() == {"message": "No such order found."}
        assert cancel.json() == {"message": "Order could not be cancelled."}


def v1_ids(rows: list[dict[str, Any]]) -> list[int]:
    return [row["id"] for row in rows]


def test_several_orders_come_in_by_one_call(caller: Caller) -> None:
    wanted = [ORDER, ORDER | {"side": "sell", "price": "70000"}]
    made = caller.v1("/v1/order/new/multi", orders=wanted).json()
    first, second = made["order_ids"]

    assert made["status"] == "success"
    assert (first["side"], second["side"]) == ("buy", "sell")
    assert first["is_live"]
    assert v1_ids(caller.v1("/v1/orders").json()) == [second["id"], first["id"]]


@pytest.mark.parametrize(
    "wanted", [None, [], [ORDER] * 11, ["order"], [ORDER, ORDER | {"price": "0"}]], ids=range(5)
)
def test_of_several_orders_none_is_placed_where_one_is_wrong(caller: Caller, wanted: Any) -> None:
    answer = caller.v1("/v1/order/new/multi", orders=wanted)

    assert answer.status_code == 400
    assert caller.v1("/v1/orders").json() == []


def test_several_orders_are_cancelled_by_one_call(caller: Caller) -> None:
    ids = [caller.v1("/v1/order/new", **ORDER).json()["id"] for _ in range(3)]
    some = caller.v1("/v1/order/cancel/multi", order_ids=[*ids[:2], 1]).json()
    left = v1_ids(caller.v1("/v1/orders").json())
    rest = caller.v1("/v1/order/cancel/all").json()

    assert (some, left) == ({"result": "Orders cancelled"}, ids[2:])
    assert rest == {"result": "All orders cancelled"}
    assert caller.v1("/v1/orders").json() == []
    assert caller.v1("/v1/order/cancel/all").json() == {"result": "None to cancel"}
    assert caller.v1("/v1/order/cancel/multi", order_ids=ids).json() == {"result": "None to cancel"}
    assert caller.v1("/v1/order/cancel/multi", order_ids=["1"]).status_code == 400


def test_an_order_is_replaced_by_another(caller: Caller) -> None:
    old = caller.v1("/v1/order/new", **ORDER).json()["id"]
    new = caller.v1("/v1/order/cancel/replace", order_id=old, **ORDER | {"price": "40000"}).json()
    again = caller.v1("/v1/order/cancel/replace", order_id=old, **ORDER)

    assert new["order_id"] == new["id"] != old
    assert new["price"] == "40000.0"
    assert v1_ids(caller.v1("/v1/orders").json()) == [new["id"]]
    assert caller.v1("/v1/order/status", order_id=old).json()["is_cancelled"]
    assert again.json() == {"message": "Order could not be cancelled."}


def test_an_order_stays_where_its_replacement_is_wrong(caller: Caller) -> None:
    old = caller.v1("/v1/order/new", **ORDER).json()["id"]
    answer = caller.v1("/v1/order/cancel/replace", order_id=old, **ORDER | {"side": "hold"})

    assert answer.json() == {"message": "Invalid order side"}
    assert v1_ids(caller.v1("/v1/orders").json()) == [old]


def test_all_that_is_available_is_sold_or_spent(caller: Caller) -> None:
    everything = ORDER | {"use_all_available": 1, "amount": "0"}
    bought = caller.v1("/v1/order/new", **everything).json()
    sold = caller.v1("/v1/order/new", **everything | {"side": "sell", "price": "70000"}).json()
    again = caller.v1("/v1/order/new", **everything)

    assert (bought["original_amount"], sold["original_amount"]) == ("1.0", "0.5")
    assert again.json() == {"message": "Order amount must be positive."}


def test_past_orders_are_listed_newest_first(caller: Caller) -> None:
    for _ in range(3):
        made = caller.v1("/v1/order/new", **ORDER).json()
        caller.v1("/v1/order/cancel", order_id=made["id"])
    rows = caller.v1("/v1/orders/hist").json()

    assert len(rows) == 3
    assert v1_ids(rows) == sorted(v1_ids(rows), reverse=True)
    assert all(row["is_cancelled"] for row in rows)
    assert v1_ids(caller.v1("/v1/orders/hist", limit=1).json()) == [made["id"]]


def test_own_trades_tell_their_fees(caller: Caller) -> None:
    market = ORDER | {"type": "exchange market", "price": "1"}
    bought = caller.v1("/v1/order/new", **market).json()["id"]
    sold = caller.v1("/v1/order/new", **market | {"side": "sell"}).json()["id"]
    rows = caller.v1("/v1/mytrades", symbol="btcusd").json()
    oldest = caller.v1("/v1/mytrades", symbol="btcusd", reverse=1, limit_trades=1).json()
    buys = [row for row in rows if row["order_id"] == bought]

    assert {row["order_id"] for row in rows} == {bought, sold}
    assert rows[0]["order_id"] == sold
    assert rows[0]["type"] == "Sell"
    assert oldest[0]["order_id"] == bought
    assert sum(Decimal(row["amount"]) for row in buys) == Decimal("0.1")
    assert sum(Decimal(row["fee_amount"]) for row in buys) == Decimal("-0.0002")
    assert {row["fee_currency"] for row in buys} == {"BTC"}
    assert caller.v1("/v1/mytrades", symbol="ethusd").json() == []


def test_own_trades_are_asked_for_by_time(caller: Caller) -> None:
    caller.v1("/v1/order/new", **ORDER | {"type": "exchange market", "amount": "0.001"})
    (row,) = caller.v1("/v1/mytrades", symbol="btcusd").json()
    made = int(float(row["timestamp"]))

    def found(**span: str) -> int:
        return len(caller.v1("/v1/mytrades", symbol="btcusd", **span).json())

    assert found(timestamp=str(made), until=str(made)) == 1
    assert found(timestamp=f"{made + 1}.0") == 0
    assert found(until=str(made - 1)) == 0
    assert caller.v1("/v1/mytrades", symbol="btcusd", until="soon").status_code == 400
    assert caller.v1("/v1/mytrades", symbol="btcusd", until="9" * 30).status_code == 400
    assert caller.v1("/v1/mytrades").json() == {"message": "Unknown symbol"}


def test_of_a_pair_one_names_the_other(caller: Caller) -> None:
    pair = ORDER | {"side": "sell", "price": "90000", "ocoorder": True, "sell_price_oco": "50000"}
    made = caller.v1("/v1/order/new", **pair).json()
    stop, limit = caller.v1("/v1/orders").json()

    assert (limit["id"], limit["oco_order"]) == (made["id"], stop["id"])
    assert (stop["type"], stop["price"], stop["oco_order"]) == (
        "exchange stop",
        "50000.0",
        limit["id"],
    )
    caller.v1("/v1/order/cancel", order_id=limit["id"])
    assert caller.v1("/v1/orders").json() == []


def test_both_orders_of_a_pair_are_gone_when_all_are_cancelled(caller: Caller) -> None:
    caller.v1("/v1/order/new", **ORDER, ocoorder=True, buy_price_oco="70000")
    standing = caller.v1("/v1/orders").json()
    answer = caller.v1("/v1/order/cancel/all").json()

    assert len(standing) == 2
    assert answer == {"result": "All orders cancelled"}
    assert caller.v1("/v1/orders").json() == []
