"""Our publisher: the relay's own memory, its own flushes, and the local layer into the web process.

What stands in for the exchange are new last prices of all symbols at once, each a mark of its
moment. Questions and answers as in tests/exchange/peers/driving.py.
"""

import asyncio
import time
from decimal import Decimal

import django

django.setup()

from driving import answer_meanwhile  # noqa: E402
from marks import mark  # noqa: E402

from dashboard.live.relay import Relay  # noqa: E402
from exchange.stream.channels import Topic  # noqa: E402

FIXED = {"change": "0.0123", "volume": "1234.5", "high": "64100", "low": "60200"}
relays = []


class NoTickers:
    pause_seconds = 4.0

    def close(self):
        """There is nothing to close."""


class CountingRelay(Relay):
    """A relay that knows how often its quotes went out."""

    last_marks: set

    async def send(self, event):
        self.last_marks.update(quote["last"] for quote in event["quotes"])
        await super().send(event)


def relay():
    if not relays:
        relays.append(CountingRelay(NoTickers()))
        # Each publisher follows another one, and the hub heeds only what comes later.
        relays[0].number = time.time_ns() // 1_000_000
        relays[0].last_marks = set()
        relays[0].flushing = asyncio.create_task(relays[0].flush_news())
    return relays[0]


async def publish(symbols, rate, seconds):
    """Give all symbols a new price `rate` times a second; returns how many flushes went out."""
    talking = relay()
    talking.last_marks.clear()
    started = time.monotonic()
    for turn in range(round(rate * seconds)):
        await asyncio.sleep(max(0.0, started + turn / rate - time.monotonic()))
        price, now_ms = Decimal(mark()), talking.now_ms()
        figures = {name: Decimal(value) for name, value in FIXED.items()}
        figures |= {"last": price, "bid": Decimal(61000), "ask": Decimal(61001)}
        for symbol in symbols:
            talking.memory.set_values(symbol, now_ms, **figures)
            talking.memory.hear(Topic.TRADES, symbol, now_ms)
        talking.news.set()
    await asyncio.sleep(max(0.0, started + seconds - time.monotonic()))
    return len(talking.last_marks)


asyncio.run(answer_meanwhile({"publish": publish}))
