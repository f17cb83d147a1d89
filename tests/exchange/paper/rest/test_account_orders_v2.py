from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from exchange.paper import PaperExchange
from tests.exchange.paper.caller import KEY, Caller


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def test_a_submitted_order_is_answered_as_active(caller: Caller) -> None:
    note = caller.submit("0.1", "50000.77", cid=77)
    (order,) = note[4]

    assert len(note) == 8
    assert (note[1], note[6], note[7]) == ("on-req", "SUCCESS", "Submitting 1 orders.")
    assert len(order) == 32
    assert (order[2], order[3], order[6], order[7]) == (77, "tBTCUSD", 0.1, 0.1)
    assert (order[13], order[16]) == ("ACTIVE", 50000)


def test_half_a_character_in_a_note_comes_back_and_ends_no_connection(caller: Caller) -> None:
    (order,) = caller.submit("0.1", "50000", meta={"note": "\ud83d"})[4]
    (listed,) = caller.v2("auth/r/orders")

    assert order[31] == listed[31] == {"note": "\ud83d"}


def test_even_a_market_order_is_answered_as_active_with_a_price(caller: Caller) -> None:
    (order,) = caller.submit("0.1")[4]
    (past,) = caller.v2("auth/r/orders/hist")

    assert (order[6], order[13], order[17]) == (0.1, "ACTIVE", 0)
    assert order[16] > 0
    assert past[0] == order[0]
    assert past[6] == 0
    assert past[13].startswith("EXECUTED @ ")


def test_a_fill_moves_both_currencies_and_the_fee(caller: Caller) -> None:
    (order,) = caller.submit("0.1", "70000")[4]
    fills = caller.v2(f"auth/r/order/tBTCUSD:{order[0]}/trades")
    paid = sum(row[4] * row[5] for row in fills)
    rows = caller.wallets()

    assert abs(rows["exchange", "USD"][2] - (50_000 - paid)) < 1e-6
    assert rows["exchange", "BTC"][2] == 0.5998
    assert abs(sum(row[9] for row in fills) + 0.0002) < 1e-12
    assert {row[10] for row in fills} == {"BTC"}
    assert {(row[6], row[7]) for row in fills} == {(None, None)}


def test_a_resting_order_lowers_what_is_available(caller: Caller) -> None:
    caller.submit("-0.2", "70000")
    row = caller.wallets()["exchange", "BTC"]

    assert (row[2], row[4]) == (0.5, 0.3)


def test_open_orders_can_be_narrowed(caller: Caller) -> None:
    (first,) = caller.submit("0.01", "50000", cid=5, gid=9)[4]
    (second,) = caller.submit("1", "2000", symbol="tETHUSD", cid=6)[4]

    def ids(path: str = "auth/r/orders", **body: Any) -> list[int]:
        return [row[0] for row in caller.v2(path, body)]

    assert ids() == [second[0], first[0]]
    assert ids("auth/r/orders/tETHUSD") == [second[0]]
    assert ids(id=[first[0], 1]) == [first[0]]
    assert ids(gid=9) == [first[0]]
    assert ids(cid=6, cid_date=today()) == [second[0]]
    assert ids(cid=6, cid_date="2020-01-01") == []


def test_a_cancelled_order_is_still_alive_in_the_answer(caller: Caller) -> None:
    (order,) = caller.submit("0.01", "50000")[4]
    note = caller.v2("auth/w/order/cancel", {"id": order[0]})
    (past,) = caller.v2("auth/r/orders/tBTCUSD/hist")

    assert (note[1], note[6]) == ("oc-req", "SUCCESS")
    assert note[7] == f"Submitted for cancellation; waiting for confirmation (ID: {order[0]})."
    assert (note[4][0], note[4][13]) == (order[0], "ACTIVE")
    assert past[13] == "CANCELED"
    assert caller.v2("auth/r/orders") == []


def test_an_order_can_be_cancelled_by_client_id_and_day(caller: Caller) -> None:
    caller.submit("0.01", "50000", cid=5)
    note = caller.v2("auth/w/order/cancel", {"cid": 5, "cid_date": today()})

    assert note[6] == "SUCCESS"


def test_an_order_that_is_gone_cannot_be_cancelled(caller: Caller) -> None:
    (order,) = caller.submit("0.001")[4]

    for body in ({"id": order[0]}, {"id": 1}, {"cid": 5, "cid_date": today()}):
        answer = caller.answer("auth/w/order/cancel", body)
        assert (answer.status_code, answer.json()) == (500, ["error", 10001, "Order not found."])


def test_a_cancel_must_name_an_order(caller: Caller) -> None:
    assert caller.v2("auth/w/order/cancel", {}) == ["error", 10020, "id: invalid"]


def test_nobody_cancels_an_order_of_somebody_else(caller: Caller, paper: PaperExchange) -> None:
    order_id = paper.place("bob", "tBTCUSD", "0.01", "50000")

    assert caller.v2("auth/w/order/cancel", {"id": order_id})[2] == "Order not found."
    assert paper.order(order_id).is_open


def test_an_order_made_elsewhere_is_listed_with_its_origin(
    caller: Caller, paper: PaperExchange
) -> None:
    order_id = paper.place(KEY.owner, "tBTCUSD", "0.01", "50000")
    (row,) = caller.v2("auth/r/orders")

    assert (row[0], row[28]) == (order_id, "BFX")


def test_refusals_use_the_exchange_s_words(caller: Caller) -> None:
    for amount, words in (
        ("0.00001", "Invalid order: minimum size for BTC/USD is 0.00004"),
        ("5", "Invalid order: not enough exchange balance for 5 BTCUSD at 50000.0"),
    ):
        assert caller.submit(amount, "50000") == ["error", 10001, words]


def test_own_trades_are_listed_newest_first(caller: Caller) -> None:
    for symbol in ("tBTCUSD", "tETHUSD"):
        caller.submit("0.01", symbol=symbol)
    rows = caller.v2("auth/r/trades/hist")
    only = caller.v2("auth/r/trades/tETHUSD/hist")
    first = caller.v2("auth/r/trades/hist", {"sort": 1, "limit": 1})

    assert rows[0][1] == "tETHUSD"
    assert {row[1] for row in only} == {"tETHUSD"}
    assert [row[1] for row in first] == ["tBTCUSD"]
    assert {len(row) for row in rows} == {12}


def test_history_can_be_asked_for_by_time(caller: Caller) -> None:
    caller.submit("0.01")
    (row,) = caller.v2("auth/r/orders/hist")

    assert caller.v2("auth/r/orders/hist", {"start": row[5] + 1}) == []
    assert caller.v2("auth/r/orders/hist", {"end": row[5] - 1}) == []
    assert caller.v2("auth/r/orders/hist", {"limit": 2_501}) == ["error", 10020, "limit: invalid"]
    assert caller.v2("auth/r/orders/hist", {"id": 5}) == ["error", 10020, "id: invalid"]


def test_an_unlisted_symbol_in_the_path_is_refused(caller: Caller) -> None:
    assert caller.v2("auth/r/orders/tNOPE") == ["error", 10020, "symbol: invalid"]
