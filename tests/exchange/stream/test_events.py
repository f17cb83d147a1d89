from __future__ import annotations

import inspect

import pytest

from exchange.stream import account_events, events
from exchange.stream.channels import Channel

KINDS = {
    value
    for module in (events, account_events)
    for value in vars(module).values()
    if inspect.isclass(value) and issubclass(value, events.Event)
}


@pytest.mark.parametrize("kind", sorted(KINDS, key=str))
def test_every_event_is_frozen_and_says_what_it_means(kind):
    assert kind.__dataclass_params__.frozen
    assert "__dict__" not in dir(kind)
    assert kind.__doc__
    assert not kind.__doc__.startswith(f"{kind.__name__}(")


def test_an_event_of_a_channel_knows_its_symbol():
    event = events.Heartbeat(Channel.ticker("tBTCUSD"))

    assert event.symbol == "tBTCUSD"


def test_what_does_not_prove_that_a_channel_lives_is_no_frame():
    others = {
        kind.__name__
        for kind in KINDS
        if issubclass(kind, events.ChannelEvent) and not issubclass(kind, events.ChannelFrame)
    }

    assert others == {
        "ChannelEvent",
        "Subscribed",
        "Unsubscribed",
        "SubscriptionRefused",
        "ChecksumFailed",
        "ChannelSilent",
        "Authenticated",
        "AuthenticationRefused",
    }
