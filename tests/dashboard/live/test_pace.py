"""How often the relay speaks: at once when something changes, then as its listeners can take it."""

from __future__ import annotations

import asyncio
import contextlib
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.live import relay as relaying
from dashboard.live.events import MarketFlushed
from dashboard.live.relay import Relay

BTC = "tBTCUSD"


@pytest.fixture
def relay() -> Relay:
    return Relay(SimpleNamespace(pause_seconds=4.0, close=lambda: None))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("costs", "pause"),
    [([], 33), ([0.2], 33), ([10], 40), ([20, 0.2], 80), ([40], 100), ([10**9], 100)],
)
def test_the_pause_after_a_flush_is_what_the_busiest_hub_needs(
    relay: Relay, costs: list[float], pause: float
) -> None:
    for number, cost in enumerate(costs):
        relay.wanted.say(f"hub {number}", [BTC], 0.0, cost)

    assert relay.pause_ms() == pause


async def test_the_first_change_leaves_at_once_and_the_next_ones_together(
    relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: asyncio.Queue[list[str | None]] = asyncio.Queue()
    pauses: asyncio.Queue[None] = asyncio.Queue()

    async def deliver(group: str, event: MarketFlushed) -> None:
        sent.put_nowait([quote["last"] for quote in event["quotes"]])

    async def pause(seconds: float) -> Any:
        await pauses.get()

    def trade(price: int) -> None:
        relay.memory.set_values(BTC, relay.now_ms(), last=Decimal(price))
        relay.news.set()

    monkeypatch.setattr(relaying, "publish", deliver)
    monkeypatch.setattr(relaying, "asyncio", SimpleNamespace(sleep=pause))
    task = asyncio.create_task(relay.flush_news())
    async with asyncio.timeout(20):
        trade(1)
        assert await sent.get() == ["1"]
        for price in (2, 3, 4):
            trade(price)
        assert sent.empty()
        pauses.put_nowait(None)
        assert await sent.get() == ["4"]
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert sent.empty()
