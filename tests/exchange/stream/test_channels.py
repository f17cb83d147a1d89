from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.stream.channels import Channel, Topic


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
    ],
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
        {"channel": "candles", "key": "trade:1m:tBTCUSD"},
        {"channel": "ticker", "symbol": "fUSD"},
        {"channel": "ticker", "symbol": 5},
        {"channel": [], "symbol": "tBTCUSD"},
        {"channel": "book", "symbol": "tBTCUSD"},
        {"channel": "book", "symbol": "tBTCUSD", "prec": "P0", "freq": "F0", "len": "many"},
    ],
    ids=str,
)
def test_foreign_channels_are_not_ours(members):
    assert Channel.from_wire(members) is None


@pytest.mark.parametrize("make", [Channel.ticker, Channel.trades, Channel.book])
def test_what_is_no_symbol_makes_no_channel(make):
    with pytest.raises(ValueError, match="not a trading symbol"):
        make("BTC/USD")


@given(
    st.dictionaries(
        st.sampled_from(["channel", "symbol", "prec", "freq", "len"]),
        st.none() | st.text(max_size=4) | st.integers() | st.sampled_from(["book", "tBTCUSD"]),
    )
)
def test_any_members_give_a_channel_or_none(members: dict[str, Any]):
    assert isinstance(Channel.from_wire(members), Channel | None)
