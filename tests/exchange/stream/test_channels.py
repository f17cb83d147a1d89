from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.stream.channels import ACCOUNT, Channel, Topic


def test_a_book_is_written_with_its_precision_and_a_length_of_text():
    assert Channel.book("tBTCUSD").wire() == {
        "channel": "book",
        "symbol": "tBTCUSD",
        "prec": "P0",
        "freq": "F0",
        "len": "25",
    }
    assert Channel.trades("tDOGE:USD").wire() == {"channel": "trades", "symbol": "tDOGE:USD"}
    assert Channel.ticker("tBTCUSD").topic is Topic.TICKER


@pytest.mark.parametrize(
    "channel",
    [
        Channel.ticker("tBTCUSD"),
        Channel.trades("tDOGE:USD"),
        Channel.book("tBTCUSD", "P2", 100, "F1"),
        Channel.book("tBTCUSD", "R0", 250),
        Channel.ticker("fUSD"),
        Channel.trades("fUSD"),
        Channel.book("fUST", "P4"),
        Channel.candles("tBTCUSD", "5m"),
        Channel.candles("tDOGE:USD", "1M"),
        Channel.candles("fUSD", "1D", "p30"),
        Channel.candles("fUSD", "1h", "a30:p2:p30"),
        Channel.derivative("tBTCF0:USTF0"),
        Channel.liquidations(),
    ],
    ids=str,
)
def test_a_channel_is_recognised_in_its_acknowledgement(channel):
    ack = {"event": "subscribed", "chanId": 5, **channel.wire(), "pair": "X"}

    assert Channel.from_wire(ack) == channel


def test_the_length_may_come_as_a_number():
    members = {**Channel.book("tBTCUSD").wire(), "len": 25}

    assert Channel.from_wire(members) == Channel.book("tBTCUSD")


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"channel": "candles", "symbol": "tBTCUSD"},
        {"channel": "candles", "key": 5},
        {"channel": "candles", "key": "trade:1m"},
        {"channel": "candles", "key": "trade:9m:tBTCUSD"},
        {"channel": "candles", "key": "other:1m:tBTCUSD"},
        {"channel": "candles", "key": "trade:1m:fUSD"},
        {"channel": "status", "key": "deriv"},
        {"channel": "status", "key": "other:tBTCUSD"},
        {"channel": "auth", "symbol": ""},
        {"channel": "ticker", "symbol": "fusd"},
        {"channel": "book", "symbol": "tBTCUSD", "prec": "P5", "freq": "F0", "len": "25"},
        {"channel": "ticker", "symbol": 5},
        {"channel": [], "symbol": "tBTCUSD"},
        {"channel": "book", "symbol": "tBTCUSD"},
        {"channel": "book", "symbol": "tBTCUSD", "prec": "P0", "freq": "F0", "len": "many"},
    ],
    ids=str,
)
def test_foreign_channels_are_not_ours(members):
    assert Channel.from_wire(members) is None


def test_candles_and_statuses_are_written_by_their_key():
    assert Channel.candles("fUSD", "1D", "a30:p2:p30").wire() == {
        "channel": "candles",
        "key": "trade:1D:fUSD:a30:p2:p30",
    }
    assert Channel.derivative("tBTCF0:USTF0").wire() == {
        "channel": "status",
        "key": "deriv:tBTCF0:USTF0",
    }
    assert Channel.liquidations().wire() == {"channel": "status", "key": "liq:global"}


def test_a_channel_knows_whether_it_is_about_funding():
    assert Channel.candles("fUSD", "1m", "p2").is_funding
    assert not Channel.candles("tBTCUSD").is_funding
    assert not Channel.liquidations().is_funding
    assert not ACCOUNT.is_funding


@pytest.mark.parametrize(
    ("precision", "length", "frequency"),
    [("P5", 25, "F0"), ("P0", 24, "F0"), ("P0", 25, "F2"), ("R1", 25, "F0"), ("", 25, "F0")],
)
def test_a_book_that_does_not_exist_makes_no_channel(precision, length, frequency):
    with pytest.raises(ValueError, match="no such book"):
        Channel.book("tBTCUSD", precision, length, frequency)


@pytest.mark.parametrize(
    ("symbol", "timeframe", "section"),
    [
        ("tBTCUSD", "2m", ""),
        ("tBTCUSD", "1m", "p30"),
        ("fUSD", "1m", ""),
        ("fUSD", "1m", "x30"),
        ("fUSD", "1m", "p3O"),
        ("BTC/USD", "1m", ""),
    ],
)
def test_candles_that_do_not_exist_make_no_channel(symbol, timeframe, section):
    with pytest.raises(ValueError, match="not a|valid Timeframe"):
        Channel.candles(symbol, timeframe, section)


@pytest.mark.parametrize("make", [Channel.ticker, Channel.trades, Channel.book, Channel.derivative])
def test_what_is_no_symbol_makes_no_channel(make):
    with pytest.raises(ValueError, match="not a trading symbol"):
        make("BTC/USD")


@given(
    st.dictionaries(
        st.sampled_from(["channel", "symbol", "prec", "freq", "len", "key"]),
        st.none()
        | st.text(max_size=4)
        | st.integers()
        | st.sampled_from(["book", "status", "candles", "tBTCUSD", "trade:1m:f"]),
    )
)
def test_any_members_give_a_channel_or_none(members: dict[str, Any]):
    assert isinstance(Channel.from_wire(members), Channel | None)
