from __future__ import annotations

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


def test_a_ticker_is_all_text(caller: Caller) -> None:
    ticker = caller.public("/v1/pubticker/btcusd").json()

    assert set(ticker) == {
        "mid", "bid", "ask", "last_price", "low", "high", "volume", "timestamp",
    }  # fmt: skip
    assert all(isinstance(value, str) for value in ticker.values())
    assert float(ticker["bid"]) < float(ticker["mid"]) < float(ticker["ask"])


def test_symbols_are_in_lower_case_and_have_details(caller: Caller) -> None:
    symbols = caller.public("/v1/symbols").json()
    details = {row["pair"]: row for row in caller.public("/v1/symbols_details").json()}

    assert {"btcusd", "doge:usd"} <= set(symbols)
    assert set(details) == set(symbols)
    assert details["btcusd"]["minimum_order_size"] == "0.00004"
    assert details["btcusd"]["price_precision"] == 5


def test_balances_have_the_old_names(caller: Caller) -> None:
    rows = caller.v1("/v1/balances").json()

    assert {"exchange", "trading", "deposit"} == {row["type"] for row in rows}
    assert rows[0] == {
        "type": "exchange",
        "currency": "usd",
        "amount": "50000.0",
        "available": "50000.0",
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
        ({"type": "limit"}, "Invalid order type"),
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
        ({"is_hidden": True}, "Invalid order: is_hidden is not available"),
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
