"""From a frame of the exchange to the fragments of a page: no database, and one write."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from dashboard.live import relay as relaying
from dashboard.live.board import board
from dashboard.live.events import MarketFlushed
from dashboard.live.hub import Hub
from dashboard.live.local_layer import LARGEST_MESSAGE, encode
from dashboard.live.relay import QUOTES_A_MESSAGE, Relay
from exchange.models.books import BookLevel
from exchange.models.trades import PublicTrade
from exchange.stream import events
from exchange.stream.book import Book
from exchange.stream.channels import Channel
from tests.dashboard.live.pages import opened

BTC = "tBTCUSD"
TOPICS = frozenset({BTC, f"book:{BTC}", f"trades:{BTC}"})
NOTHING_ASKED: Any = SimpleNamespace(pause_seconds=4.0, close=lambda: None)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each use of a database, from any thread."""
    uses: list[str] = []

    def note(self: BaseDatabaseWrapper) -> None:
        uses.append(self.alias)
        raise AssertionError("the hot path asked a database")

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", note)
    return uses


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A hub that hears the relay without a layer between them."""
    hub = Hub()

    async def deliver(group: str, event: MarketFlushed) -> None:
        await hub.market_flushed(event)

    monkeypatch.setattr(relaying, "publish", deliver)
    return hub


def level(price: str, amount: str) -> BookLevel:
    return BookLevel(
        price=Decimal(price), count=1, amount=Decimal(amount), price_text=price, amount_text=amount
    )


def frames() -> list[events.Event]:
    levels = level("100", "2"), level("101", "-3")
    trade = PublicTrade(
        id=7,
        symbol=BTC,
        time=datetime(2026, 11, 22, tzinfo=UTC),
        amount=Decimal(1),
        price=Decimal("100.5"),
    )
    return [
        events.BookSnapshot(Channel.book(BTC), levels, Book(levels)),
        events.TradeExecuted(Channel.trades(BTC), trade),
    ]


async def test_no_database_is_asked_between_a_frame_and_the_fragments(
    hub: Hub, asked: list[str]
) -> None:
    page, relay = await opened(hub, *TOPICS), Relay(NOTHING_ASKED)
    relay.intake.want(TOPICS)

    for frame in frames():
        relay.take_in(frame)
    await relay.flush()

    assert "last|100.5|" in page.text
    assert 'data-live-part="book:tBTCUSD"' in page.text
    assert 'data-live-part="trades:tBTCUSD"' in page.text
    assert asked == []


async def test_a_flush_of_prices_a_book_and_trades_is_one_write_to_a_page(hub: Hub) -> None:
    page, relay = await opened(hub, *TOPICS), Relay(NOTHING_ASKED)
    relay.intake.want(TOPICS)

    for frame in frames():
        relay.take_in(frame)
    await relay.flush()

    assert len(page.packets) == 1


async def test_three_hundred_symbols_are_one_write_to_a_page(hub: Hub) -> None:
    symbols = [f"t{number:03}USD" for number in range(300)]
    page, relay = await opened(hub, *symbols), Relay(NOTHING_ASKED)

    for symbol in symbols:
        relay.memory.set_values(symbol, relay.now_ms(), last=Decimal(7))
    await relay.flush()

    assert page.text.count("last|7|") == 300
    assert len(page.packets) == 1


async def test_only_what_somebody_looks_up_is_read_into_numbers(hub: Hub) -> None:
    relay = Relay(NOTHING_ASKED)
    for symbol in (BTC, "tETHUSD"):
        relay.memory.set_values(symbol, relay.now_ms(), last=Decimal("61240.50"))
    await relay.flush()

    quotes = board.quotes()

    assert quotes[BTC].last == Decimal("61240.50")
    assert quotes[BTC] is board.quote(BTC)
    assert set(quotes) == {BTC, "tETHUSD"}
    told = board.told("tETHUSD")
    assert told is not None
    assert told._quote is None


def test_the_longest_message_there_can_be_fits_a_datagram() -> None:
    relay, now_ms = Relay(NOTHING_ASKED), 1_700_000_000_000
    figure = Decimal("123456789012.12345678")
    names = ("last", "bid", "ask", "change", "volume", "high", "low")
    symbols = [f"tTESTBTCF{number:03}:TESTUSDTF0" for number in range(QUOTES_A_MESSAGE)]
    for symbol in symbols:
        relay.memory.set_values(symbol, now_ms, **dict.fromkeys(names, figure))
    quotes = [relay.memory.quote(symbol, now_ms + 10**8) for symbol in symbols]

    assert len(encode(dict(relay.message(quotes=quotes)))) < LARGEST_MESSAGE * 3 // 4
