from __future__ import annotations

import inspect

import pytest

from exchange.stream import events
from exchange.stream.channels import Channel

KINDS = [
    value
    for value in vars(events).values()
    if inspect.isclass(value) and issubclass(value, events.Event)
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_event_is_frozen_and_says_what_it_means(kind):
    assert kind.__dataclass_params__.frozen
    assert "__dict__" not in dir(kind)
    assert kind.__doc__
    assert not kind.__doc__.startswith(f"{kind.__name__}(")


def test_an_event_of_a_channel_knows_its_symbol():
    event = events.Heartbeat(Channel.ticker("tBTCUSD"))

    assert event.symbol == "tBTCUSD"


def test_only_what_proves_that_a_channel_lives_is_a_frame():
    frames = {kind.__name__ for kind in KINDS if issubclass(kind, events.ChannelFrame)}

    assert frames == {
        "ChannelFrame",
        "Heartbeat",
        "TickerUpdated",
        "TradesSnapshot",
        "TradeExecuted",
        "BookSnapshot",
        "BookUpdated",
        "ChecksumVerified",
    }
