"""Transcripts: what the exchange says on the left, what we understand on the right."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import DecodeError
from exchange.stream import events
from exchange.stream.channels import Channel
from exchange.stream.events import Flag
from exchange.stream.protocol import StreamProtocol

SEQ_ALL, TIMESTAMP, OB_CHECKSUM = Flag.SEQ_ALL, Flag.TIMESTAMP, Flag.OB_CHECKSUM

TICKER = Channel.ticker("tBTCUSD")
TRADES = Channel.trades("tBTCUSD")
BOOK = Channel.book("tBTCUSD")
ROW = [1, 2, 3, 4, 5, 6, 7.5, 8, 9, 10, None]
RECORDED = Path(__file__).with_name("recorded_book.txt")


def subscribed(*channels: Channel) -> StreamProtocol:
    """A protocol on which the channels have the numbers 1, 2, …"""
    protocol = StreamProtocol()
    for number, channel in enumerate(channels, start=1):
        receive(protocol, {"event": "subscribed", "chanId": number, **channel.wire()})
    return protocol


def receive(protocol: StreamProtocol, message: Any) -> list[events.Event]:
    return protocol.receive(json.dumps(message))


def test_the_greeting_tells_whether_the_exchange_works():
    greeting = {"event": "info", "version": 2, "serverId": "x-1", "platform": {"status": 1}}
    closed = {**greeting, "platform": {"status": 0}}
    short = {"event": "info", "version": 2}
    protocol = StreamProtocol()

    assert receive(protocol, greeting) == [events.Connected("x-1", is_operative=True)]
    assert receive(protocol, closed) == [events.Connected("x-1", is_operative=False)]
    assert receive(protocol, short) == [events.Connected(None, is_operative=True)]


@pytest.mark.parametrize(
    ("code", "event"),
    [
        (20051, events.Restarting()),
        (20060, events.MaintenanceStarted()),
        (20061, events.Resumed()),
        (5000, events.Ignored("info 5000")),
    ],
)
def test_notices_are_known_by_their_code_and_not_by_their_text(code, event):
    message = {"event": "info", "code": code, "msg": "whatever it says"}

    assert receive(StreamProtocol(), message) == [event]


def test_what_is_asked_for_is_written_for_the_wire():
    protocol = subscribed(TICKER)

    assert json.loads(protocol.subscribe(BOOK)) == {"event": "subscribe", **BOOK.wire()}
    assert json.loads(protocol.configure(SEQ_ALL)) == {"event": "conf", "flags": 65536}
    assert json.loads(protocol.ping(7)) == {"event": "ping", "cid": 7}
    assert json.loads(protocol.unsubscribe(TICKER) or "") == {"event": "unsubscribe", "chanId": 1}
    assert protocol.unsubscribe(BOOK) is None


def test_a_subscription_begins_and_ends():
    protocol = StreamProtocol()
    ack = {"event": "subscribed", "chanId": 17, **BOOK.wire(), "pair": "BTCUSD", "subId": "x"}
    ended = {"event": "unsubscribed", "status": "OK", "chanId": 17}

    assert receive(protocol, ack) == [events.Subscribed(BOOK, 17)]
    assert receive(protocol, [17, "hb"]) == [events.Heartbeat(BOOK)]
    assert receive(protocol, ended) == [events.Unsubscribed(BOOK)]
    assert receive(protocol, [17, "hb"]) == [events.Ignored("a frame of unknown channel 17")]
    assert receive(protocol, ended) == [events.Ignored("unsubscribed from an unknown channel 17")]


def test_a_channel_of_a_kind_we_did_not_ask_for_is_ignored():
    ack = {"event": "subscribed", "channel": "weather", "chanId": 3, "key": "trade:1m:tBTCUSD"}

    assert receive(StreamProtocol(), ack) == [events.Ignored("subscribed to an unknown channel 3")]


@pytest.mark.parametrize(
    ("code", "reason"),
    [(10300, "symbol: invalid"), (10305, "subscribe: limit")],
)
def test_a_refused_subscription_names_its_channel(code, reason):
    error = {"event": "error", "code": code, "msg": reason, **BOOK.wire(), "pair": "BTCUSD"}

    assert receive(StreamProtocol(), error) == [events.SubscriptionRefused(BOOK, code, reason)]


@pytest.mark.parametrize("chan_id", [None, 1])
def test_a_second_subscription_leaves_the_first_alone(chan_id):
    protocol = subscribed(TICKER)
    error = {"event": "error", "code": 10301, "msg": "subscribe: dup", **TICKER.wire()}
    if chan_id:
        error["chanId"] = chan_id

    assert receive(protocol, error) == [events.Ignored("subscribe: dup (10301)")]
    assert receive(protocol, [1, "hb"]) == [events.Heartbeat(TICKER)]


def test_a_late_unsubscription_is_no_news():
    error = {"event": "error", "code": 10400, "msg": "unsubscribe: invalid", "chanId": 9}

    assert receive(StreamProtocol(), error) == [events.Ignored("unsubscribe: invalid (10400)")]


def test_other_errors_are_passed_on():
    error = {"event": "error", "code": 10000, "msg": "event: invalid (nope)"}

    assert receive(StreamProtocol(), error) == [events.ServerError(10000, "event: invalid (nope)")]
    assert receive(StreamProtocol(), {"event": "error"}) == [events.ServerError(None, "")]


def test_pongs_and_unknown_events_are_named():
    protocol = StreamProtocol()

    assert receive(protocol, {"event": "pong", "ts": 1_795_000_000_250, "cid": 5}) == [
        events.Pong(5, datetime(2026, 11, 18, 11, 6, 40, 250_000, tzinfo=UTC))
    ]
    assert receive(protocol, {"event": "pong"}) == [events.Pong(None)]
    assert receive(protocol, {"event": "new"}) == [events.Ignored("event new")]


def test_a_ticker_is_updated():
    (event,) = receive(subscribed(TICKER), [1, ROW])

    assert isinstance(event, events.TickerUpdated)
    assert (event.symbol, event.ticker.symbol) == ("tBTCUSD", "tBTCUSD")
    assert event.ticker.last == Decimal("7.5")


def test_a_trade_is_told_once():
    protocol = subscribed(TRADES)
    (snapshot,) = receive(protocol, [1, [[2, 20, 1, 100], [1, 10, -1, 99]]])
    (new,) = receive(protocol, [1, "te", [3, 30, 2, 101]])
    (again,) = receive(protocol, [1, "tu", [3, 30, 2, 101]])
    (old,) = receive(protocol, [1, "tu", [2, 20, 1, 100]])
    (late,) = receive(protocol, [1, "tu", [4, 40, 2, 101]])

    assert isinstance(snapshot, events.TradesSnapshot)
    assert [trade.id for trade in snapshot.trades] == [2, 1]
    assert isinstance(new, events.TradeExecuted)
    assert (new.trade.id, new.trade.price) == (3, 101)
    assert again == old == events.Heartbeat(TRADES)
    assert isinstance(late, events.TradeExecuted)


def test_only_the_latest_trades_are_remembered():
    protocol = subscribed(TRADES)
    for number in range(600):
        receive(protocol, [1, "te", [number, 1, 1, 1]])
    (recent,) = receive(protocol, [1, "tu", [599, 1, 1, 1]])
    (forgotten,) = receive(protocol, [1, "tu", [0, 1, 1, 1]])

    assert isinstance(recent, events.Heartbeat)
    assert isinstance(forgotten, events.TradeExecuted)


def test_a_book_starts_with_a_snapshot_and_changes():
    protocol = subscribed(BOOK)
    (snapshot,) = receive(protocol, [1, [[100, 1, 1], [101, 1, -1]]])
    (update,) = receive(protocol, [1, [100, 0, 1]])

    assert isinstance(snapshot, events.BookSnapshot)
    assert len(snapshot.levels) == 2
    assert isinstance(update, events.BookUpdated)
    assert update.level.count == 0
    assert update.book is snapshot.book
    assert update.book.best_bid is None
    assert update.book.best_ask is not None


def test_an_empty_book_has_a_snapshot_too():
    (snapshot,) = receive(subscribed(BOOK), [1, []])

    assert isinstance(snapshot, events.BookSnapshot)
    assert snapshot.levels == ()


def test_several_changes_in_one_frame_are_several_events():
    protocol = subscribed(BOOK)
    receive(protocol, [1, [[100, 1, 1]]])
    found = receive(protocol, [1, [[100, 0, 1], [99, 2, 3]]])

    assert [type(event) for event in found] == [events.BookUpdated, events.BookUpdated]
    assert isinstance(found[-1], events.BookUpdated)
    assert [bid.price for bid in found[-1].book.bids()] == [99]


def test_a_recorded_book_is_verified_and_a_spoiled_one_is_not():
    xrp = Channel.book("tXRPBTC")
    protocol = StreamProtocol()
    receive(protocol, {"event": "subscribed", "chanId": 81757, **xrp.wire(), "subId": "1"})
    snapshot, change, checksum = RECORDED.read_text().splitlines()
    protocol.receive(snapshot)
    (early,) = protocol.receive(checksum)
    protocol.receive(change)

    assert isinstance(early, events.ChecksumFailed)
    assert early.expected == -1175357890
    assert early.computed != early.expected
    assert protocol.receive(checksum) == [events.ChecksumVerified(xrp)]


def configured(flags: int, *channels: Channel) -> StreamProtocol:
    protocol = subscribed(*channels)
    receive(protocol, {"event": "conf", "status": "OK", "flags": flags})
    return protocol


def test_flags_count_from_the_moment_they_are_accepted():
    protocol = StreamProtocol()
    refused = receive(protocol, {"event": "conf", "status": "FAILED", "code": 10050})
    strange = receive(protocol, {"event": "conf", "status": "OK"})
    negative = receive(protocol, {"event": "conf", "status": "OK", "flags": -1})
    accepted = receive(protocol, {"event": "conf", "status": "OK", "flags": 131072})

    assert refused == strange == negative == [events.Configured(Flag(0), is_accepted=False)]
    assert accepted == [events.Configured(OB_CHECKSUM, is_accepted=True)]


def test_the_flags_of_a_socket_are_told_by_name():
    message = {"event": "conf", "status": "OK", "flags": 32768 + 65536 + 536870912}
    (event,) = receive(StreamProtocol(), message)

    assert isinstance(event, events.Configured)
    assert event.flags == Flag.TIMESTAMP | Flag.SEQ_ALL | Flag.BULK_UPDATES


def test_a_sequence_runs_over_all_channels_of_the_socket():
    protocol = configured(SEQ_ALL, TICKER, BOOK)
    frames: list[Any] = [
        [1, ROW, 1],
        [2, [[100, 1, 1]], 2],
        [2, "cs", 5, 3],
        [9, "hb", 4],
        [1, "hb", 5],
    ]
    found = [type(event) for frame in frames for event in receive(protocol, frame)]

    assert found == [
        events.TickerUpdated,
        events.BookSnapshot,
        events.ChecksumFailed,
        events.Ignored,
        events.Heartbeat,
    ]


@pytest.mark.parametrize("found", [1, 3, 0, -1])
def test_a_gap_a_repeat_or_a_step_back_breaks_the_sequence(found):
    protocol = configured(SEQ_ALL, TICKER)
    receive(protocol, [1, "hb", 1])

    assert receive(protocol, [1, ROW, found]) == [events.SequenceBroken(2, found)]


def test_after_a_gap_nothing_is_believed_any_more():
    protocol = configured(SEQ_ALL, TICKER)

    assert receive(protocol, [1, "hb", 2]) == [events.SequenceBroken(1, 2)]
    assert receive(protocol, [1, "hb", 3]) == [events.SequenceBroken(1, 3)]


def test_the_sequence_stands_before_the_time_stamp():
    protocol = configured(SEQ_ALL | TIMESTAMP, TICKER)

    assert receive(protocol, [1, "hb", 1, 1700000000000]) == [events.Heartbeat(TICKER)]
    assert receive(protocol, [1, "hb", 2, 1700000000001]) == [events.Heartbeat(TICKER)]


def test_a_time_stamp_alone_is_taken_off():
    assert receive(configured(TIMESTAMP, TICKER), [1, "hb", 1700000000000]) == [
        events.Heartbeat(TICKER)
    ]


@pytest.mark.parametrize("frame", [[1, "hb"], [], [1, "hb", None], [1, "hb", True]], ids=str)
def test_a_frame_without_its_sequence_is_a_decode_error(frame):
    with pytest.raises(DecodeError, match="sequence"):
        receive(configured(SEQ_ALL, TICKER), frame)


@pytest.mark.parametrize(
    "message",
    [
        None,
        5,
        "text",
        True,
        {},
        {"event": 5},
        {"no": "event"},
        {"event": "info"},
        {"event": "info", "version": 3},
        {"event": "info", "version": True},
        {"event": "subscribed"},
        {"event": "subscribed", "chanId": "1", **TICKER.wire()},
        {"event": "subscribed", "chanId": True, **TICKER.wire()},
        {"event": "unsubscribed"},
        [],
        [1],
        ["1", "hb"],
        [True, "hb"],
        [1.5, "hb"],
        [[1], "hb"],
        [1, "xx"],
        [1, "te"],
        [1, "te", [1, 2, 3, 4]],
        [1, "cs", 5],
        [1, [1, 2, 3]],
        [1, ROW, "extra"],
        [2, "te", [1, 2, 3]],
        [2, "te", {}],
        [2, [[1]]],
        [2, [5]],
        [3, [[100, 1]]],
        [3, [100, 1]],
        [3, [[100, 1, "1"]]],
        [3, "cs", "5"],
        [3, "te", [1, 2, 3, 4]],
    ],
    ids=str,
)
def test_what_is_not_of_the_documented_form_is_a_decode_error(message):
    protocol = subscribed(TICKER, TRADES, BOOK)
    with pytest.raises(DecodeError):
        receive(protocol, message)

    assert receive(protocol, [1, "hb"]) == [events.Heartbeat(TICKER)]


def test_a_broken_message_leaves_the_book_as_it_was():
    protocol = subscribed(BOOK)
    (snapshot,) = receive(protocol, [1, [[100, 1, 1]]])
    with pytest.raises(DecodeError):
        receive(protocol, [1, [[99, 1, 1], [98, 1, None]]])

    assert isinstance(snapshot, events.BookSnapshot)
    assert [bid.price for bid in snapshot.book.bids()] == [100]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=12) | st.dictionaries(st.text(max_size=5), inner),
)
EVERY = [
    *(TICKER, TRADES, BOOK, Channel.ticker("fUSD"), Channel.trades("fUSD"), Channel.book("fUSD")),
    *(Channel.book("tBTCUSD", "R0"), Channel.book("fUSD", "R0"), Channel.candles("tBTCUSD")),
    *(Channel.derivative("tBTCF0:USTF0"), Channel.liquidations()),
]
CODES = [
    *("hb", "te", "tu", "fte", "ftu", "cs", "ps", "pn", "ws", "wu", "os", "on", "ou", "oc", "n"),
    *("fos", "fon", "fcs", "fcu", "fls", "flc", "bu", "miu", "fiu", "ats"),
]
ROWS = st.lists(
    st.none() | st.integers(-5, 2**41) | st.floats(-9, 9) | st.sampled_from(["tBTCUSD", "base"]),
    max_size=24,
)
CONTENTS = JSON | ROWS | st.lists(ROWS, max_size=3)
COUNTERS = st.lists(st.integers(0, 3), max_size=3)
FRAMES = st.builds(
    lambda number, parts, counters: [number, *parts, *counters],
    st.integers(0, len(EVERY) + 1),
    st.tuples(CONTENTS) | st.tuples(st.sampled_from(CODES) | JSON, CONTENTS),
    COUNTERS,
)
EVENTS = st.fixed_dictionaries(
    {
        "event": st.sampled_from(
            ["info", "conf", "subscribed", "unsubscribed", "error", "pong", "auth", "x"]
        )
    },
    optional={
        name: JSON | st.sampled_from(["ticker", "book", "tBTCUSD", "deriv:tBTCUSD", "OK", 2, 10305])
        for name in (
            *("code", "version", "flags", "status", "chanId", "channel", "symbol", "msg", "key"),
            *("userId", "caps"),
        )
    },
)


@given(st.lists(st.text() | (FRAMES | EVENTS | JSON).map(json.dumps), max_size=5))
@pytest.mark.parametrize("flags", [0, SEQ_ALL, SEQ_ALL | TIMESTAMP])
def test_any_text_gives_events_or_a_decode_error(flags, texts):
    protocol = configured(flags, *EVERY)
    receive(protocol, {"event": "auth", "status": "OK", "userId": 1})
    for text in texts:
        with suppress(DecodeError):
            found = protocol.receive(text)

            assert found
            assert all(isinstance(event, events.Event) for event in found)
