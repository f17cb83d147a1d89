from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from exchange.paper import PaperKey
from exchange.paper.engine import Engine
from exchange.paper.faults import DelistedPair
from exchange.paper.stream.framing import SEQUENCE
from tests.exchange.paper.stream.talking import KEY, Talk
from tests.exchange.paper.tickets import SYMBOL, place

LIMIT = {"type": "EXCHANGE LIMIT", "symbol": SYMBOL, "amount": "0.01", "price": "50000"}


def codes(frames: list[Any]) -> list[str]:
    return [frame[1] for frame in frames]


def test_an_order_is_acknowledged_and_then_told(ann: Talk, engine: Engine) -> None:
    note, new = ann.ask("on", LIMIT | {"cid": 77})
    (order,) = engine.desk.open_orders("ann")

    assert note[:2] == [0, "n"]
    made_ms, kind, _, _, row, _, status, text = note[2]
    assert (made_ms, kind, status) == (ann.clock.ms, "on-req", "SUCCESS")
    assert text
    assert (row[0], row[2], row[3], row[13], len(row)) == (order.id, 77, SYMBOL, "ACTIVE", 32)
    assert new == [0, "on", row]


@pytest.mark.parametrize("amount", ["0.001", 0.001])
def test_an_amount_may_be_a_number_too(ann: Talk, amount: Any) -> None:
    frames = ann.ask("on", {"type": "EXCHANGE MARKET", "symbol": SYMBOL, "amount": amount})

    assert codes(frames) == ["n", "oc", "te", "wu", "wu", "wu"]
    assert frames[1][2][7] == 0.001


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"amount": "0.00000001"}, "Invalid order: minimum size for BTC/USD is "),
        ({"amount": "90"}, "Invalid order: not enough exchange balance for "),
        ({"symbol": "tNIXUSD"}, "symbol: invalid"),
        ({"price": "x"}, "price: invalid"),
        ({"cid": None, "type": ["LIMIT"]}, "type: invalid"),
    ],
)
def test_a_refused_order_comes_back_as_it_was_asked_for(
    ann: Talk, engine: Engine, members: dict[str, Any], words: str
) -> None:
    asked = LIMIT | {"cid": 5} | members
    ((_, code, note),) = ann.ask("on", asked)

    assert (code, note[1], note[6]) == ("n", "on-req", "ERROR")
    assert note[7].startswith(words)
    assert (note[4][0], note[4][2], note[4][3]) == (None, asked["cid"], asked["symbol"])
    assert note[4][6] == note[4][7] == float(asked["amount"])
    assert len(note[4]) == 32
    assert engine.desk.orders == {}


def test_an_order_in_a_pair_that_is_delisted_counts_for_the_fault(
    ann: Talk, engine: Engine
) -> None:
    fault = ann.stream.faults.add(DelistedPair(SYMBOL))
    engine.delist(SYMBOL)
    ann.ask("on", LIMIT | {"symbol": "tNIXUSD"})
    ((_, _, note),) = ann.ask("on", LIMIT)

    assert note[6:] == ["ERROR", "symbol: invalid"]
    assert fault.fired == 1


@pytest.mark.parametrize("payload", [None, 5, "x", []])
def test_an_order_that_is_no_object_is_refused(ann: Talk, payload: Any) -> None:
    ((_, code, note),) = ann.ask("on", payload)

    assert (code, note[4], note[6]) == ("n", None, "ERROR")


def test_a_cancel_shows_the_order_alive_and_then_closed(ann: Talk, engine: Engine) -> None:
    order = place(engine, "0.01", "50000")
    ann.stream.commit()
    ann.heard()
    note, closed = ann.ask("oc", {"id": order.id})

    assert (note[2][1], note[2][4][0], note[2][4][13]) == ("oc-req", order.id, "ACTIVE")
    assert (closed[1], closed[2][0], closed[2][13]) == ("oc", order.id, "CANCELED")


def test_a_cancel_by_client_id_needs_the_day(ann: Talk, engine: Engine) -> None:
    order = place(engine, "0.01", "50000", cid=9)
    ann.stream.commit()
    ann.heard()
    ((_, _, refused),) = ann.ask("oc", {"cid": 9, "cid_date": "2001-01-01"})
    frames = ann.ask("oc", {"cid": 9, "cid_date": "2026-11-18"})

    assert (refused[6], refused[7], refused[4][2]) == ("ERROR", "Order not found.", 9)
    assert codes(frames) == ["n", "oc"]
    assert frames[1][2][0] == order.id


def test_an_order_is_changed_by_its_owner(ann: Talk, engine: Engine) -> None:
    order = place(engine, "0.01", "50000")
    ann.stream.commit()
    ann.heard()
    note, changed = ann.ask("ou", {"id": order.id, "price": "50100"})

    assert (note[2][1], note[2][4][0], note[2][4][16]) == ("ou-req", order.id, 50_100)
    assert (changed[1], changed[2][0], changed[2][16]) == ("ou", order.id, 50_100)


def test_many_orders_are_cancelled_at_once(ann: Talk, engine: Engine) -> None:
    orders = [place(engine, "0.01", "50000") for _ in range(3)]
    ann.stream.commit()
    ann.heard()
    note, *closed = ann.ask("oc_multi", {"id": [order.id for order in orders]})

    assert (note[2][1], len(note[2][4])) == ("oc_multi-req", 3)
    assert [(frame[1], frame[2][0]) for frame in closed] == [("oc", one.id) for one in orders]


@pytest.mark.parametrize("cids", [[[[], "2026-11-18"]], [[1]], [1], [{}], 5])
def test_client_ids_that_are_none_are_refused(ann: Talk, cids: Any) -> None:
    ((_, _, note),) = ann.ask("oc_multi", {"cid": cids})

    assert (note[1], note[6], note[7]) == ("oc_multi-req", "ERROR", "cid: invalid")


def test_many_operations_are_answered_together(ann: Talk, engine: Engine) -> None:
    note, *frames = ann.ask("ox_multi", [["on", LIMIT], ["on", LIMIT | {"amount": "90"}]])
    kind, answers = note[2][1], note[2][4]

    assert kind == "ox_multi-req"
    assert [answer[6] for answer in answers] == ["SUCCESS", "ERROR"]
    assert codes(frames) == ["on"]
    assert len(engine.desk.open_orders("ann")) == 1


def test_a_pair_of_orders_is_acknowledged_by_its_first(ann: Talk, engine: Engine) -> None:
    asked = LIMIT | {"price": "50000", "flags": 16384, "price_oco_stop": "70000"}
    note, *frames = ann.ask("on", asked)

    assert len(note[2][4]) == 32
    assert codes(frames) == ["on", "on"]
    assert frames[0][2][0] == note[2][4][0]


def test_a_strangers_order_is_not_found(ann: Talk, engine: Engine) -> None:
    order = place(engine, "0.01", "50000", who="bob")
    ((_, _, note),) = ann.ask("oc", {"id": order.id})

    assert (note[4][0], note[6], note[7]) == (order.id, "ERROR", "Order not found.")
    assert order.is_open


def test_a_key_that_may_not_trade_is_refused(talk: Talk, engine: Engine) -> None:
    key = PaperKey.read_only("reader", "r")
    talk.stream.keyring.add(key)
    talk.authenticate(key)
    ((_, _, note),) = talk.ask("on", LIMIT)

    assert (note[1], note[6], note[7]) == ("on-req", "ERROR", "api_key: permission invalid")
    assert engine.desk.orders == {}


def test_a_narrowed_key_may_do_less_at_once(ann: Talk) -> None:
    ann.stream.keyring.narrow(KEY.key, {"orders": (1, 0)})
    ((_, _, note),) = ann.ask("on", LIMIT)

    assert note[7] == "api_key: permission invalid"


def test_nothing_is_accepted_in_maintenance(ann: Talk, engine: Engine) -> None:
    ann.stream.is_in_maintenance = True
    ((_, _, note),) = ann.ask("on", LIMIT)

    assert (note[6], note[7]) == ("ERROR", "maintenance")
    assert engine.desk.orders == {}


def test_funding_is_refused(ann: Talk) -> None:
    ((_, _, note),) = ann.ask("fon", {"type": "LIMIT", "symbol": "fUSD"})

    assert (note[1], note[6]) == ("fon-req", "ERROR")


def test_an_answer_has_no_public_number_and_does_not_count(talk: Talk) -> None:
    talk.say(event="conf", flags=SEQUENCE)
    talk.authenticate()
    note, new = talk.ask("on", LIMIT)
    second, newer = talk.ask("on", LIMIT)

    assert (note[3:], new[3:]) == ([0], [7, 1])
    assert (second[3:], newer[3:]) == ([1], [8, 2])


def test_other_sockets_of_the_account_hear_the_answer_too(ann: Talk, engine: Engine) -> None:
    other = Talk(engine, ann.clock, stream=ann.stream)
    other.authenticate()
    frames = ann.ask("on", LIMIT)

    assert other.heard() == frames


def test_a_note_goes_to_the_others(ann: Talk, engine: Engine) -> None:
    other = Talk(engine, ann.clock, stream=ann.stream)
    other.authenticate()
    mine = ann.ask("n", {"type": "ucm-hello", "info": {"a": [1, "b"]}})
    ((_, code, note),) = other.heard()

    assert mine == []
    assert (code, note[1], note[4]) == ("n", "ucm-hello", {"a": [1, "b"]})
    assert len(note) == 8


@pytest.mark.parametrize("payload", [{"type": "on-req", "info": 1}, {"type": 5, "info": 1}, None])
def test_a_note_of_another_kind_is_refused(ann: Talk, payload: Any) -> None:
    (error,) = ann.ask("n", payload)

    assert (error["event"], error["code"]) == ("error", 10001)


def test_a_wallet_is_worked_out_when_asked_for(ann: Talk, engine: Engine) -> None:
    place(engine, "0.01", "50000")
    ann.stream.commit()
    ann.heard()
    (answer,) = ann.ask("calc", [["wallet_exchange_USD"]])

    assert answer[:2] == [0, "wu"]
    assert answer[2][:5] == ["exchange", "USD", 50_000, 0, 49_500]


def test_all_assets_are_worked_out_in_dollars(ann: Talk, engine: Engine) -> None:
    ((_, code, (total, net)),) = ann.ask("calc", [["balance"]])

    assert code == "bu"
    assert total == net
    # 50 000 + 5 000 + 2 500 USD, 10 000 UST, 0.5 BTC and 4 ETH; the rest has no market here.
    assert 57_500 + 9_500 + 0.5 * 50_000 + 4 * 1_000 < total < 250_000


def test_figures_nobody_knows_are_met_with_silence(ann: Talk) -> None:
    assert ann.ask("calc", [["nonsense"], ["wallet_moon_USD"], [], 5, [5], ["balance_"]]) == []


def test_eight_figures_are_worked_out_in_a_second(ann: Talk) -> None:
    first = ann.ask("calc", [["balance"]] * 20)
    then = [len(ann.after(milliseconds)) for milliseconds in (999, 1, 999, 1)]

    assert len(first) == 8
    assert then == [0, 8, 0, 4]


def test_more_than_thirty_figures_at_once_are_refused(ann: Talk) -> None:
    (error,) = ann.ask("calc", [["balance"]] * 31)

    assert (error["event"], error["code"]) == ("error", 11010)


@pytest.mark.parametrize(
    "message", [[], [0], [0, "on"], [0, 5, None, {}], [1, "on", None, {}], [0, "hello", None, {}]]
)
def test_what_is_no_input_is_refused(ann: Talk, message: list[Any]) -> None:
    ann.session.receive(json.dumps(message))
    (error,) = ann.heard()

    assert (error["event"], error["code"]) == ("error", 10000)


def test_every_input_is_in_the_ledger(ann: Talk, engine: Engine) -> None:
    ann.ask("on", LIMIT)
    ann.ask("on", LIMIT | {"amount": "90"})
    authentication, first, second = engine.ledger.requests

    assert (authentication.path, authentication.key) == ("/ws/2/auth", "ann")
    assert (first.method, first.path, first.key, first.verdict) == (
        "INPUT",
        "/ws/2/on",
        "ann",
        "ok",
    )
    assert second.verdict.startswith("Invalid order")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
members = st.dictionaries(
    st.sampled_from(["id", "cid", "gid", "cid_date", "flags", "meta", "tif", "amount", "price"]),
    json_values,
).map(lambda some: LIMIT | some)
inputs = st.tuples(
    st.just(0) | json_values,
    st.sampled_from(["on", "ou", "oc", "oc_multi", "ox_multi", "calc", "n", "fon", "foc"]),
    json_values,
    members | json_values | st.lists(st.tuples(st.sampled_from(["on", "oc"]), members)),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(inputs)
@example([0, "on", None, LIMIT | {"meta": {"share": 0.5}}])
@example([0, "n", None, {"type": "ucm-share", "info": [0.5]}])
def test_no_input_breaks_a_session(ann: Talk, message: Any) -> None:
    ann.session.receive(json.dumps(message))

    for frame in ann.heard():
        assert isinstance(frame, dict | list)
