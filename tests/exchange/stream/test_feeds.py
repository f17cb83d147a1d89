"""Transcripts of every public channel beyond the plain ticker, trades and book."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from exchange.errors import DecodeError
from exchange.stream import events
from exchange.stream.channels import Channel
from tests.exchange.stream.test_protocol import receive, subscribed

MINUTES = Channel.candles("tBTCUSD", "1m")
LOANS = Channel.trades("fUSD")
FIRST, SECOND, THIRD = 1700000000000, 1700000060000, 1700000120000


def candle(opened: int, close: Any) -> list[Any]:
    return [opened, 100, close, 103, 99, 5]


def test_candles_start_with_the_oldest_and_change_while_they_last():
    protocol = subscribed(MINUTES)
    (snapshot,) = receive(protocol, [1, [candle(SECOND, 102), candle(FIRST, 101)]])
    (running,) = receive(protocol, [1, candle(SECOND, 102.5)])
    (new,) = receive(protocol, [1, candle(THIRD, 100)])

    assert isinstance(snapshot, events.CandlesSnapshot)
    assert [found.close for found in snapshot.candles] == [101, 102]
    assert isinstance(running, events.CandleUpdated)
    assert (running.candle.time, running.candle.close) == (
        *(snapshot.candles[1].time, Decimal("102.5")),
    )
    assert isinstance(new, events.CandleUpdated)
    assert new.candle.time > running.candle.time


def test_a_candle_that_is_repeated_is_no_news_and_a_revised_one_is():
    protocol = subscribed(MINUTES)
    receive(protocol, [1, [candle(SECOND, 102), candle(FIRST, 101)]])
    (repeated,) = receive(protocol, [1, candle(FIRST, 101)])
    (revised,) = receive(protocol, [1, candle(FIRST, 101.5)])
    (again,) = receive(protocol, [1, candle(FIRST, 101.5)])

    assert repeated == again == events.Heartbeat(MINUTES)
    assert isinstance(revised, events.CandleUpdated)
    assert revised.candle.close == Decimal("101.5")


def test_a_market_without_trades_has_no_candles_and_gets_some():
    protocol = subscribed(MINUTES)
    (empty,) = receive(protocol, [1, []])
    (nothing,) = receive(protocol, [1, []])
    several = receive(protocol, [1, [candle(SECOND, 102), candle(FIRST, 101)]])

    assert empty == events.CandlesSnapshot(MINUTES, ())
    assert nothing == events.Heartbeat(MINUTES)
    assert [type(event) for event in several] == [events.CandleUpdated] * 2


def test_candles_of_funding_are_like_others():
    channel = Channel.candles("fUSD", "1h", "p30")
    (snapshot,) = receive(subscribed(channel), [1, [candle(FIRST, 0.0002)]])

    assert isinstance(snapshot, events.CandlesSnapshot)
    assert snapshot.channel == channel


def test_a_perpetual_tells_how_it_stands():
    channel = Channel.derivative("tBTCF0:USTF0")
    row = [1596124822000, None, 0.896, 0.771995, None, 1396531.67, None, 1596153600000, 0.0001, 6]
    row += [None, -0.0138, None, None, 0.7664, None, None, 246502.09]
    (event,) = receive(subscribed(channel), [1, row])

    assert isinstance(event, events.DerivativeUpdated)
    assert (event.symbol, event.status.mark_price) == ("tBTCF0:USTF0", Decimal("0.7664"))


def test_liquidations_may_come_several_at_once():
    channel = Channel.liquidations()
    row = ["pos", 1, FIRST, None, "tBTCF0:USTF0", -1.5, 60000, None, 0, 1, None, None]
    (event,) = receive(subscribed(channel), [1, [row, row]])

    assert isinstance(event, events.PositionsLiquidated)
    assert [found.amount for found in event.liquidations] == [Decimal("-1.5")] * 2


def test_what_status_tells_may_come_as_a_row_or_as_a_list_of_rows():
    perpetual = Channel.derivative("tBTCF0:USTF0")
    row = [1596124822000, None, 0.896, 0.771995, None, 1396531.67, None, 1596153600000, 0.0001, 6]
    row += [None, -0.0138, None, None, 0.7664, None, None, 246502.09]
    sold = ["pos", 1, FIRST, None, "tBTCF0:USTF0", -1.5, 60000, None, 0, 1, None, None]
    flat, nested = subscribed(perpetual), subscribed(perpetual)
    alone = receive(subscribed(Channel.liquidations()), [1, sold])

    assert receive(flat, [1, row]) == receive(nested, [1, [row]])
    assert alone == receive(subscribed(Channel.liquidations()), [1, [sold]])


def test_a_status_without_a_row_still_shows_that_the_channel_lives():
    channel = Channel.derivative("tBTCF0:USTF0")

    assert receive(subscribed(channel), [1, []]) == [events.Heartbeat(channel)]


def test_a_currency_has_a_ticker_of_rates():
    row = [0.0003, 0.0002, 30, 1000, 0.00025, 2, 500, 0, 0, 0.00026, 99, 0.001, 0.0001]
    (event,) = receive(subscribed(Channel.ticker("fUSD")), [1, row])

    assert isinstance(event, events.FundingTickerUpdated)
    assert (event.ticker.symbol, event.ticker.ask_period) == ("fUSD", 2)


def test_a_loan_is_told_once_and_by_codes_of_its_own():
    protocol = subscribed(LOANS)
    (snapshot,) = receive(protocol, [1, [[2, FIRST, -100, 0.0002, 30]]])
    (new,) = receive(protocol, [1, "fte", [3, FIRST, 50, 0.0002, 2]])
    (again,) = receive(protocol, [1, "ftu", [3, FIRST, 50, 0.0002, 2]])
    with pytest.raises(DecodeError):
        receive(protocol, [1, "te", [4, FIRST, 50, 0.0002, 2]])

    assert isinstance(snapshot, events.FundingTradesSnapshot)
    assert [trade.period for trade in snapshot.trades] == [30]
    assert isinstance(new, events.FundingTradeExecuted)
    assert (new.trade.id, new.trade.rate) == (3, Decimal("0.0002"))
    assert again == events.Heartbeat(LOANS)


def test_several_trades_in_one_frame_are_told_the_oldest_first():
    channel = Channel.trades("tBTCUSD")
    protocol = subscribed(channel)
    receive(protocol, [1, [[1, FIRST, 1, 100]]])
    found = receive(protocol, [1, [[3, SECOND, 1, 101], [2, SECOND, 1, 100], [1, FIRST, 1, 100]]])
    nothing = receive(protocol, [1, [[3, SECOND, 1, 101]]])

    assert all(isinstance(event, events.TradeExecuted) for event in found)
    assert [event.trade.id for event in found if isinstance(event, events.TradeExecuted)] == [2, 3]
    assert nothing == [events.Heartbeat(channel)]


@pytest.mark.parametrize(
    ("channel", "snapshot", "change"),
    [
        (Channel.book("tBTCUSD", "R0"), [[5, 100, 1], [6, 101, -1]], [5, 0, 1]),
        (Channel.book("fUSD"), [[0.01, 2, 1, -1], [0.02, 2, 1, 1]], [0.01, 2, 0, -1]),
        (Channel.book("fUSD", "R0"), [[5, 2, 0.01, -1], [6, 2, 0.02, 1]], [5, 2, 0, -1]),
    ],
    ids=str,
)
def test_every_other_kind_of_book_lives_too(channel, snapshot, change):
    protocol = subscribed(channel)
    (whole,) = receive(protocol, [1, snapshot])
    (update,) = receive(protocol, [1, change])

    assert isinstance(whole, events.EntriesSnapshot)
    assert len(whole.entries) == 2
    assert isinstance(update, events.EntryUpdated)
    assert update.book is whole.book
    assert (len(update.book.bids()), len(update.book.asks())) == (0, 1)


def test_a_raw_book_is_verified_by_its_checksum():
    channel = Channel.book("tBTCUSD", "R0")
    protocol = subscribed(channel)
    protocol.receive("[1,[[5,100,1.50],[6,101,-2]]]")
    (failed,) = receive(protocol, [1, "cs", 5])

    assert isinstance(failed, events.ChecksumFailed)
    assert receive(protocol, [1, "cs", failed.computed]) == [events.ChecksumVerified(channel)]


def test_the_checksum_of_a_funding_book_is_not_judged():
    channel = Channel.book("fUSD")
    protocol = subscribed(channel)
    receive(protocol, [1, [[0.01, 2, 1, -1]]])

    assert receive(protocol, [1, "cs", 5]) == [events.Heartbeat(channel)]


def test_a_bulk_without_changes_is_a_sign_of_life():
    channel = Channel.book("tBTCUSD")
    protocol = subscribed(channel)
    receive(protocol, [1, []])

    assert receive(protocol, [1, []]) == [events.Heartbeat(channel)]
