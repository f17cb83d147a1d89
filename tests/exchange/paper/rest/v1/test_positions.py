from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.exchange.paper.caller import Caller

LONG = {
    "symbol": "btcusd",
    "amount": "0.1",
    "price": "100000",
    "side": "buy",
    "type": "limit",
}


def opened(caller: Caller) -> dict[str, Any]:
    assert caller.v1("/v1/order/new", **LONG).json()["type"] == "limit"
    (position,) = caller.v1("/v1/positions").json()
    return dict(position)


def test_a_position_is_told_in_texts(caller: Caller) -> None:
    nothing = caller.v1("/v1/positions").json()
    position = opened(caller)
    (v2,) = caller.v2("auth/r/positions")

    assert nothing == []
    assert (position["id"], position["symbol"], position["status"]) == (v2[11], "btcusd", "ACTIVE")
    assert (position["amount"], position["swap"]) == ("0.1", "0.0")
    assert abs(Decimal(position["base"]) - Decimal(str(v2[3]))) < Decimal("0.001")
    assert Decimal(position["pl"]) < 0


def test_a_position_is_closed_by_an_order_of_the_market(caller: Caller) -> None:
    position = opened(caller)
    closed = caller.v1("/v1/position/close", position_id=position["id"]).json()
    status = caller.v1("/v1/order/status", order_id=closed["order"]["id"]).json()

    assert closed["message"] == ""
    assert closed["position"]["id"] == position["id"]
    assert (closed["order"]["side"], closed["order"]["type"]) == ("sell", "market")
    assert status["executed_amount"] == "0.1"
    assert caller.v1("/v1/positions").json() == []


@pytest.mark.parametrize("position_id", [1, "1", None])
def test_a_position_that_is_not_there_is_not_found(caller: Caller, position_id: Any) -> None:
    for path in ("close", "claim"):
        answer = caller.v1(f"/v1/position/{path}", position_id=position_id)
        assert (answer.status_code, answer.json()) == (
            400,
            {"message": "No such position found."},
        )


def test_a_position_cannot_be_claimed(caller: Caller) -> None:
    position = opened(caller)
    answer = caller.v1("/v1/position/claim", position_id=position["id"], amount="0.1")

    assert answer.json() == {"message": "Position could not be claimed."}
    assert len(caller.v1("/v1/positions").json()) == 1


def test_margin_is_told_as_a_whole_and_by_market(caller: Caller) -> None:
    before = caller.v1("/v1/margin_infos").json()[0]
    opened(caller)
    (after,) = caller.v1("/v1/margin_infos").json()
    limits = {row["on_pair"]: row for row in after["margin_limits"]}
    details = {row["pair"]: row for row in caller.public("/v1/symbols_details").json()}

    assert (before["margin_balance"], before["net_value"]) == ("5000.0", "5000.0")
    assert before["required_margin"] == "0.0"
    assert Decimal(after["required_margin"]) > 100
    assert Decimal(after["tradable_balance"]) < Decimal(before["tradable_balance"])
    assert limits["BTCUSD"]["tradable_balance"] == after["tradable_balance"]
    assert limits["BTCUSD"]["initial_margin"] == details["btcusd"]["initial_margin"] == "20.0"
    assert limits["BTCUSD"]["margin_requirement"] == details["btcusd"]["minimum_margin"] == "10.0"
    assert details["btcusd"]["margin"]


def test_of_several_positions_the_one_that_is_named_is_closed(caller: Caller) -> None:
    bitcoin = opened(caller)
    caller.v1("/v1/order/new", **LONG | {"symbol": "ethusd", "price": "9000"})
    ids = {row["symbol"]: row["id"] for row in caller.v1("/v1/positions").json()}
    closed = caller.v1("/v1/position/close", position_id=ids["ethusd"]).json()
    left = caller.v1("/v1/positions").json()

    assert closed["order"]["symbol"] == "ethusd"
    assert [row["id"] for row in left] == [bitcoin["id"]]
