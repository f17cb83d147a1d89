"""Which of the exchange's channels the pages' topics take, within what one address may have."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.live.candles import channels_of_candles
from dashboard.live.watching import name_in, split_book, split_topic
from exchange.stream.channels import Channel
from exchange.stream.client import CHANNELS_PER_SOCKET

# All sockets may be lost at once, and 20 new ones a minute are allowed: with more of them prices
# would need minutes to come back. What finds no room rides on the polled tickers.
MOST_SOCKETS = 18
MOST_CHANNELS = MOST_SOCKETS * CHANNELS_PER_SOCKET


def channels_for(topics: Iterable[str]) -> frozenset[Channel]:
    """Return the channels of as many symbols as there is room for.

    A symbol takes its ticker, its trades and its exact book, however it is looked at: they make
    its figures. Each coarser book and each timeframe of its candles takes one more, while somebody
    looks at it. What a page shows more of than figures comes first.
    """
    wanted: dict[str, set[Channel]] = {}
    shown = set()
    for topic in topics:
        kind, symbol = split_topic(topic)
        channels = wanted.setdefault(symbol, set(channels_of(symbol)))
        if kind != "quote":
            shown.add(symbol)
        if kind == "book":
            channels.add(Channel.book(*split_book(name_in(topic))))
        if kind == "candles":
            channels |= channels_of_candles([topic])
    chosen: set[Channel] = set()
    for symbol in sorted(wanted, key=lambda each: (each not in shown, each)):
        if len(chosen) + len(wanted[symbol]) > MOST_CHANNELS:
            break
        chosen |= wanted[symbol]
    return frozenset(chosen)


def channels_of(symbol: str) -> tuple[Channel, Channel, Channel]:
    return Channel.ticker(symbol), Channel.trades(symbol), Channel.book(symbol)
