from __future__ import annotations

import json
from typing import Any

import pytest

from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT
from exchange.paper.stream.framing import SEQUENCE
from exchange.paper.stream.statuses import CandleFeed, LiquidationFeed
from exchange.paper.trading.orders import Kind
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.stream.talking import Talk
from tests.exchange.paper.tickets import SYMBOL, place

MINUTE = 60_000


def buy(engine: Engine) -> None:
    engine.bots_trade(SYMBOL, is_buy=True, amount=UNIT // 1000, limit=None)


def told(feed: CandleFeed | LiquidationFeed) -> list[Any]:
    feed.flush(0)
    return [json.loads(change) for change in feed.changes]


def test_candles_are_acknowledged_by_their_key_alone(engine: Engine, clock: Clock) -> None:
    ack, (channel_id, rows) = Talk(engine, clock).say(
        event="subscribe", channel="candles", key="trade:1h:tBTCUSD"
    )

    assert ack == {
        "event": "subscribed",
        "channel": "candles",
        "chanId": channel_id,
        "key": "trade:1h:tBTCUSD",
    }
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), reverse=True)
    assert {len(row) for row in rows} == {6}
    assert len(rows) > 100


def test_the_growing_candle_is_told_when_it_grows(engine: Engine) -> None:
    live = engine.markets[SYMBOL]
    feed = CandleFeed(live, "1m")
    still = told(feed)
    buy(engine)
    (row,) = told(feed)

    assert still == []
    assert row[0] == json.loads(feed.snapshot())[0][0]
    assert row[2] == live.day.last / UNIT
    assert told(feed) == []


def test_a_full_candle_is_told_once_more_before_the_next(engine: Engine, clock: Clock) -> None:
    feed = CandleFeed(engine.markets[SYMBOL], "1m")
    buy(engine)
    told(feed)
    buy(engine)
    clock.ms += MINUTE
    buy(engine)
    first, second = told(feed)

    assert second[0] - first[0] == MINUTE
    assert [first, second] == json.loads(feed.snapshot())[1::-1]


def test_a_candle_that_was_told_in_full_is_not_told_again(engine: Engine, clock: Clock) -> None:
    feed = CandleFeed(engine.markets[SYMBOL], "1m")
    buy(engine)
    told(feed)
    clock.ms += MINUTE
    buy(engine)

    assert len(told(feed)) == 1


@pytest.mark.parametrize(
    "key",
    [
        *("trade:1m:tNIXUSD", "trade:2m:tBTCUSD", "trade:1m:tBTCUSD:p30", "1m:tBTCUSD"),
        *("", None, 5, ["trade:1m:tBTCUSD"]),
    ],
)
def test_candles_that_do_not_exist_are_refused(engine: Engine, clock: Clock, key: Any) -> None:
    (error,) = Talk(engine, clock).say(event="subscribe", channel="candles", key=key)

    assert (error["event"], error["code"], error["msg"]) == ("error", 10300, "key: invalid")
    assert error["key"] == key


def test_candles_there_are_of_everything(everything: Engine, clock: Clock) -> None:
    talk = Talk(everything, clock)
    for key in (
        *("trade:7D:tBTCUSD", "trade:1M:tDOGE:USD", "trade:5m:tBTCF0:USTF0"),
        *("trade:1h:fUSD:p30", "trade:1h:fUSD:a30:p2:p30"),
    ):
        ack, (_, rows) = talk.say(event="subscribe", channel="candles", key=key)

        assert ack["key"] == key
        assert rows


def test_candles_of_loans_need_their_period(everything: Engine, clock: Clock) -> None:
    talk = Talk(everything, clock)
    answers = [
        talk.say(event="subscribe", channel="candles", key=key)
        for key in ("trade:1h:fUSD", "trade:1h:fUSD:30")
    ]

    assert [error["msg"] for (error,) in answers] == ["key: invalid"] * 2


def test_a_perpetual_tells_how_it_stands_every_second(everything: Engine, clock: Clock) -> None:
    talk = Talk(everything, clock)
    ack, (channel_id, row) = talk.say(event="subscribe", channel="status", key="deriv:tBTCF0:USTF0")
    frames = [talk.after(1_000) for _ in range(4)]

    assert ack == {
        "event": "subscribed",
        "channel": "status",
        "chanId": channel_id,
        "key": "deriv:tBTCF0:USTF0",
    }
    assert len(row) == 23
    assert [len(found) for found in frames] == [1, 1, 1, 1]
    moments = [found[0][1][0] for found in frames]
    assert moments == [moments[0]] * 3 + [moments[0] + 3_000]


@pytest.mark.parametrize("key", ["deriv:tBTCUSD", "deriv:tNIX", "liq:tBTCUSD", "", None, 5, {}])
def test_an_unknown_status_is_met_with_silence(engine: Engine, clock: Clock, key: Any) -> None:
    assert Talk(engine, clock).say(event="subscribe", channel="status", key=key) == []


def test_a_liquidation_is_told_to_all_who_listen(engine: Engine, clock: Clock) -> None:
    talk = Talk(engine, clock)
    talk.say(event="conf", flags=SEQUENCE)
    ack, snapshot = talk.say(event="subscribe", channel="status", key="liq:global")
    place(engine, "0.2", kind=Kind.MARGIN_MARKET)
    engine.move_price(SYMBOL, 30_000 * UNIT)
    engine.desk.tick()
    talk.stream.commit()
    (frame,) = talk.after(100)
    (row,) = frame[1]

    assert snapshot == [ack["chanId"], [], 1]
    assert (row[0], row[4], row[5], row[8], row[9]) == ("pos", SYMBOL, 0.2, 1, 1)
    assert row[11] < row[6]
    assert len(row) == 12


def test_a_position_that_its_owner_closes_is_no_liquidation(engine: Engine) -> None:
    feed = LiquidationFeed()
    for amount in ("0.01", "-0.01"):
        place(engine, amount, kind=Kind.MARGIN_MARKET)
        feed.note(engine.desk.take_changes())

    assert told(feed) == []


def test_within_a_second_a_perpetual_is_told_once(everything: Engine, clock: Clock) -> None:
    talk = Talk(everything, clock)
    talk.say(event="subscribe", channel="status", key="deriv:tBTCF0:USTF0")
    frames = [talk.after(milliseconds) for milliseconds in (1_000, 500, 500)]

    assert [len(found) for found in frames] == [1, 0, 1]
