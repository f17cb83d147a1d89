"""What our side of a socket makes of texts that the other clients are given too."""

from __future__ import annotations

import json
from collections.abc import Iterable

from exchange.stream.channels import ACCOUNT, Channel
from exchange.stream.events import Event
from exchange.stream.protocol import StreamProtocol

NUMBER = 7
TICKER = Channel.ticker("tBTCUSD")
TRADES = Channel.trades("tBTCUSD")
BOOK = Channel.book("tBTCUSD")


def opening(channel: Channel) -> str:
    """How the exchange says that a channel's frames have the number 7, or the account's 0."""
    if channel is ACCOUNT:
        return json.dumps({"event": "auth", "status": "OK", "chanId": 0, "userId": 5, "caps": {}})
    return json.dumps({"event": "subscribed", "chanId": NUMBER, **channel.wire()})


def heard(channel: Channel, frames: Iterable[str]) -> list[Event]:
    """All that frames of one channel mean."""
    protocol = StreamProtocol()
    protocol.receive(opening(channel))
    return [event for frame in frames for event in protocol.receive(frame)]
