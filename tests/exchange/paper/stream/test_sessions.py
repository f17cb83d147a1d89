from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.paper import Pace
from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT
from exchange.paper.stream.framing import CHECKSUM, SEQUENCE, TIMESTAMP
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.stream.talking import Talk


@pytest.fixture
def talk(engine: Engine, clock: Clock) -> Talk:
    return Talk(engine, clock)


def test_the_server_introduces_itself(talk: Talk) -> None:
    assert talk.greeting["event"] == "info"
    assert talk.greeting["version"] == 2
    assert talk.greeting["platform"] == {"status": 1}
    assert len(talk.greeting["serverId"]) == 36


def test_a_ping_is_answered_with_its_number(talk: Talk, clock: Clock) -> None:
    assert talk.say(event="ping", cid=5) == [{"event": "pong", "ts": clock.ms, "cid": 5}]
    assert talk.say(event="ping") == [{"event": "pong", "ts": clock.ms}]


def test_flags_are_acknowledged(talk: Talk) -> None:
    assert talk.say(event="conf", flags=65536) == [
        {"event": "conf", "status": "OK", "flags": 65536}
    ]
    (error,) = talk.say(event="conf", flags="x")
    assert (error["event"], error["code"]) == ("error", 10050)


@pytest.mark.parametrize("channel", ["ticker", "trades"])
def test_a_subscription_is_acknowledged_and_followed_by_a_snapshot(
    talk: Talk, channel: str
) -> None:
    ack, snapshot = talk.subscribe(channel, "tBTCUSD")

    assert ack == {
        "event": "subscribed",
        "channel": channel,
        "chanId": ack["chanId"],
        "symbol": "tBTCUSD",
        "pair": "BTCUSD",
    }
    assert snapshot[0] == ack["chanId"]
    assert len(snapshot[1]) == (11 if channel == "ticker" else 30)


def test_a_book_is_acknowledged_with_its_members_as_text(talk: Talk) -> None:
    ack, snapshot = talk.subscribe(prec="P1", freq="F1", len=25, subId="mine")

    assert {name: ack[name] for name in ("prec", "freq", "len", "subId", "pair")} == {
        "prec": "P1",
        "freq": "F1",
        "len": "25",
        "subId": "mine",
        "pair": "BTCUSD",
    }
    bids = [row for row in snapshot[1] if row[2] > 0]
    assert snapshot[1][: len(bids)] == sorted(bids, reverse=True)


def test_a_symbol_without_prefix_is_taken_and_corrected(talk: Talk) -> None:
    ack, _ = talk.subscribe("ticker", "BTCUSD")

    assert (ack["symbol"], ack["pair"]) == ("tBTCUSD", "BTCUSD")


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"channel": "nope"}, "channel: unknown"),
        ({"channel": ["book"]}, "channel: unknown"),
        ({"symbol": "tNOPE"}, "symbol: invalid"),
        ({"symbol": 5}, "symbol: invalid"),
        ({"prec": "P5"}, "precision: invalid"),
        ({"prec": []}, "precision: invalid"),
        ({"len": "26"}, "length: invalid"),
        ({"freq": "F2"}, "frequency: invalid"),
    ],
)
def test_a_bad_subscription_is_refused_with_its_own_members(
    talk: Talk, members: dict[str, Any], reason: str
) -> None:
    asked = {"event": "subscribe", "channel": "book", "symbol": "tBTCUSD", "subId": 1} | members
    (error,) = talk.say(**asked)

    assert (error["event"], error["code"], error["msg"]) == ("error", 10300, reason)
    for name, value in asked.items():
        assert name == "event" or error[name] == value
    if isinstance(asked["symbol"], str):
        assert error["pair"] == asked["symbol"][1:]


def test_a_duplicate_is_refused_and_told_where_the_first_is(talk: Talk) -> None:
    ack, _ = talk.subscribe(len="25")
    (error,) = talk.subscribe("book", "BTCUSD", prec="P0")

    assert (error["code"], error["msg"], error["chanId"]) == (
        10301,
        "subscribe: dup",
        ack["chanId"],
    )
    assert talk.subscribe(prec="P1")[0]["event"] == "subscribed"


def test_too_many_subscriptions_are_refused(engine: Engine, clock: Clock) -> None:
    talk = Talk(engine, clock, Pace(most_subscriptions=2))
    talk.subscribe(prec="P0")
    talk.subscribe(prec="P1")
    (error,) = talk.subscribe(prec="P2")

    assert (error["code"], error["msg"]) == (10305, "subscribe: limit")


def test_an_unsubscribed_channel_is_silent(talk: Talk) -> None:
    ack, _ = talk.subscribe()
    answer = talk.say(event="unsubscribe", chanId=ack["chanId"])
    (error,) = talk.say(event="unsubscribe", chanId=ack["chanId"])

    assert answer == [{"event": "unsubscribed", "status": "OK", "chanId": ack["chanId"]}]
    assert (error["code"], error["msg"]) == (10400, "unsubscribe: invalid")
    assert talk.after(15_000) == []


def test_every_channel_has_a_heartbeat_every_fifteen_seconds(talk: Talk) -> None:
    first, _ = talk.subscribe("trades")
    talk.clock.ms += 5_000
    second, _ = talk.subscribe("ticker")

    assert talk.after(9_999) == []
    assert talk.after(1) == [[first["chanId"], "hb"]]
    assert talk.after(5_000) == [[second["chanId"], "hb"]]
    assert talk.after(10_000) == [[first["chanId"], "hb"]]


def test_heartbeats_also_come_between_data(talk: Talk, engine: Engine) -> None:
    ack, _ = talk.subscribe("trades")
    engine.bots_trade("tBTCUSD", is_buy=True, amount=1, limit=None)
    frames = talk.after(15_000)

    assert frames[-1] == [ack["chanId"], "hb"]
    assert frames[0][1] == "te"


def test_one_sequence_counts_all_array_frames(talk: Talk, engine: Engine) -> None:
    talk.say(event="conf", flags=SEQUENCE)
    _, first = talk.subscribe("trades")
    _, second = talk.subscribe("ticker")
    engine.bots_trade("tBTCUSD", is_buy=True, amount=1, limit=None)
    frames = [first, second, *talk.after(15_000)]

    assert [frame[-1] for frame in frames] == list(range(1, len(frames) + 1))
    assert len(frames) >= 5


def test_a_timestamp_comes_last(talk: Talk) -> None:
    talk.say(event="conf", flags=SEQUENCE | TIMESTAMP)
    _, snapshot = talk.subscribe("ticker")

    assert snapshot[2:] == [1, talk.clock.ms]


def test_checksums_come_only_when_asked_for(talk: Talk, engine: Engine) -> None:
    talk.subscribe()
    engine.move_price("tBTCUSD", 62_000 * UNIT)
    without = talk.after(2_500)
    talk.say(event="conf", flags=CHECKSUM)
    engine.move_price("tBTCUSD", 61_000 * UNIT)
    with_checksum = talk.after(2_500)

    assert all(frame[1] != "cs" for frame in without)
    assert [frame[1] for frame in with_checksum].count("cs") == 1
    assert isinstance(with_checksum[-1][2], int)


def test_a_silent_socket_without_subscriptions_is_over(talk: Talk) -> None:
    talk.clock.ms += 59_999
    early = talk.session.is_over
    talk.clock.ms += 1
    late = talk.session.is_over
    talk.session.heard()

    assert (early, late, talk.session.is_over) == (False, True, False)


def test_a_socket_with_a_subscription_is_never_idle(talk: Talk) -> None:
    talk.subscribe()
    talk.clock.ms += 600_000

    assert not talk.session.is_over


@pytest.mark.parametrize("text", ["", "hello", "{", "null", "5", '"x"', "NaN", "[" * 5_000])
def test_what_is_no_message_is_passed_over(talk: Talk, text: str) -> None:
    talk.session.receive(text)

    assert talk.heard() == []


def test_account_input_before_authentication_is_refused(talk: Talk) -> None:
    talk.session.receive('[0,"on",null,{}]')

    assert talk.heard() == [{"event": "error", "msg": "auth: invalid", "code": 10100}]


def test_an_unknown_event_is_named(talk: Talk) -> None:
    (error,) = talk.say(event="nope")

    assert (error["code"], error["msg"]) == (10000, "event: invalid (nope)")


def test_the_server_can_announce_its_restart(talk: Talk) -> None:
    talk.session.announce(20051, "Stopping. Please try to reconnect")

    assert talk.heard() == [
        {"event": "info", "code": 20051, "msg": "Stopping. Please try to reconnect"}
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
messages = json_values | st.fixed_dictionaries(
    {"event": st.sampled_from(["subscribe", "unsubscribe", "conf", "ping"])},
    optional={
        "channel": st.sampled_from(["book", "ticker"]) | json_values,
        "symbol": st.just("tBTCUSD") | json_values,
        "len": json_values,
        "prec": json_values,
        "chanId": json_values,
        "flags": json_values,
        "cid": json_values,
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(messages)
def test_no_message_breaks_a_session(engine: Engine, clock: Clock, message: Any) -> None:
    talk = Talk(engine, clock)
    talk.session.receive(json.dumps(message))

    for frame in talk.heard():
        assert isinstance(frame, dict | list)
