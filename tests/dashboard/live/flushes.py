"""What the relay says, for tests that speak in its place."""

from __future__ import annotations

import asyncio
from itertools import count

from channels.exceptions import ChannelFull

from dashboard.live.events import QUOTES, MarketFlushed, QuoteValues, publish

sequences = count(1)


def quote(symbol: str, last: str) -> QuoteValues:
    return {
        "symbol": symbol,
        "last": last,
        "bid": None,
        "ask": None,
        "change": None,
        "volume": None,
        "high": None,
        "low": None,
        "at_ms": 17,
        "age_ms": 0,
        "is_streamed": True,
    }


def flushed(*quotes: QuoteValues, number: int = 1, sequence: int = 1) -> MarketFlushed:
    return {
        "type": "market.flushed",
        "number": number,
        "sequence": sequence,
        "feed_age_ms": 5,
        "feed_reason": "",
        "quotes": list(quotes),
        "books": [],
        "trades": [],
        "candles": [],
    }


async def say(*symbols: str, last: str) -> None:
    """Publish a flush for the hubs of other processes, as soon as they have room for it."""
    event = flushed(*(quote(symbol, last) for symbol in symbols), sequence=next(sequences))
    async with asyncio.timeout(20):
        while True:
            try:
                return await publish(QUOTES, event)
            except ChannelFull:
                await asyncio.sleep(0.01)
