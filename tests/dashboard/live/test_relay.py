"""From the exchange to the board: the relay, the layer and the hub, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from django.conf import settings

from dashboard.accounts.clients import budget
from dashboard.accounts.exchange_api import read_api
from dashboard.live.board import board
from dashboard.live.hub import Hub
from dashboard.live.intake import SLOWED_DOWN
from dashboard.live.quotes import FeedState
from dashboard.live.relay import Relay
from dashboard.live.tickers import Polled, Tickers
from exchange.errors import RateLimited
from exchange.paper import PaperExchange, running_paper
from exchange.paper.faults import DelistedPair, Maintenance
from tests.dashboard.live.pages import opened

BTC, ETH = "tBTCUSD", "tETHUSD"


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> Iterator[PaperExchange]:
    with running_paper(seed=3) as paper:
        monkeypatch.setattr(settings, "EXCHANGE_PUBLIC_URL", paper.rest_url)
        monkeypatch.setattr(settings, "EXCHANGE_AUTH_URL", paper.rest_url)
        monkeypatch.setattr(settings, "EXCHANGE_STREAM_URL", paper.ws_url)
        yield paper


async def until(is_true: Callable[[], object], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not is_true():  # noqa: ASYNC110 - the fact has no event of its own
            await asyncio.sleep(0.02)


def relaying(*held: str) -> contextlib.AbstractAsyncContextManager[asyncio.Task[None]]:
    return relaying_by(read_api().tickers(lambda listed: held))


@contextlib.asynccontextmanager
async def relaying_by(tickers: Tickers) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(Relay(tickers).run())
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def hub(paper: PaperExchange) -> AsyncIterator[Hub]:
    hub = Hub()
    hub.ensure_started()
    yield hub
    await hub.stop()


async def look_at(hub: Hub, *topics: str) -> None:
    await opened(hub, *topics)


async def test_every_pair_has_a_snapshot_though_nobody_looks_at_it(hub: Hub) -> None:
    async with relaying():
        await until(lambda: len(board.quotes()) >= 15)

    states = {quote.state() for quote in board.quotes().values()}
    assert states == {FeedState.SNAPSHOT}


async def test_what_a_page_looks_at_becomes_live_with_book_and_trades(hub: Hub) -> None:
    await look_at(hub, BTC, f"book:{BTC}", f"trades:{BTC}")

    async with relaying():
        await until(lambda: board.quote(BTC) and board.quote(BTC).state() is FeedState.LIVE)
        await until(lambda: board.book(BTC) and board.trades(BTC))
        book, trades = board.book(BTC), board.trades(BTC)

    assert book is not None
    assert trades is not None
    assert len(book.bids) == len(book.asks) == 25
    assert book.bids[0].price < book.asks[0].price
    assert trades.trades
    assert board.feed().state is FeedState.LIVE


async def test_prices_come_back_by_themselves_after_the_sockets_were_cut(
    hub: Hub, paper: PaperExchange
) -> None:
    await look_at(hub, BTC)
    async with relaying():
        await until(lambda: board.quote(BTC) and board.quote(BTC).state() is FeedState.LIVE)
        paper.cut_sockets()
        cut_ms = time.time() * 1000

        def is_back() -> bool:
            # A poll may speak first: what it told is a snapshot.
            quote = board.quote(BTC)
            return quote.at_ms > cut_ms and quote.state() is FeedState.LIVE

        await until(is_back)


async def test_a_second_relay_waits_and_takes_over_when_the_first_stops(hub: Hub) -> None:
    async with relaying() as first:
        await until(lambda: board.feed().age_ms is not None)
        led_by = hub.number
        async with relaying():
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
            await until(lambda: hub.number > led_by)

    assert hub.number == led_by + 1


@pytest.fixture
def over_v1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "EXCHANGE_API", "v1")


@pytest.mark.usefixtures("over_v1")
async def test_over_v1_what_is_held_has_a_snapshot_without_the_change_of_the_day(
    hub: Hub, paper: PaperExchange
) -> None:
    async with relaying(ETH):
        await until(lambda: board.quote(ETH))
        quote = board.quote(ETH)

    assert quote is not None
    assert quote.state() is FeedState.SNAPSHOT
    assert quote.last is not None
    assert quote.change is None
    assert set(board.quotes()) == {ETH}
    assert {each.path for each in paper.ledger.requests if each.path != "/ws/2"} == {
        "/v1/symbols",
        "/v1/pubticker/ethusd",
    }


# A poll that a busy machine answers too late is tried again only after its deadline of ten seconds.
SEVERAL_POLLS_SECONDS = 60


def states() -> set[FeedState]:
    return {quote.state() for quote in board.quotes().values()}


async def test_a_market_that_is_dropped_while_a_page_shows_it_is_closed_until_it_is_back(
    hub: Hub, paper: PaperExchange
) -> None:
    def eth_is(state: FeedState) -> Callable[[], object]:
        return lambda: board.quote(ETH) and board.quote(ETH).state() is state

    page = await opened(hub, ETH)
    async with relaying():
        await until(eth_is(FeedState.LIVE), SEVERAL_POLLS_SECONDS)

        dropped = paper.faults.add(DelistedPair(ETH))
        await until(eth_is(FeedState.CLOSED), SEVERAL_POLLS_SECONDS)
        assert "standing|delisted|No longer listed|" in page.text

        paper.faults.remove(dropped)
        await until(eth_is(FeedState.LIVE), SEVERAL_POLLS_SECONDS)


async def test_in_a_maintenance_no_market_is_live(hub: Hub, paper: PaperExchange) -> None:
    await look_at(hub, BTC)
    async with relaying():
        await until(lambda: FeedState.LIVE in states(), SEVERAL_POLLS_SECONDS)
        with paper.fault(Maintenance(), must_strike=False):
            await until(lambda: states() == {FeedState.CLOSED}, SEVERAL_POLLS_SECONDS)

        await until(lambda: FeedState.LIVE in states(), SEVERAL_POLLS_SECONDS)


@pytest.mark.usefixtures("over_v1")
async def test_over_v1_what_a_page_looks_at_is_live_with_the_change_of_the_day(
    hub: Hub, paper: PaperExchange
) -> None:
    await look_at(hub, BTC)

    async with relaying():
        await until(lambda: board.quote(BTC) and board.quote(BTC).change is not None)

        assert board.quote(BTC).state() is FeedState.LIVE


async def test_a_ban_of_our_address_stops_the_polls_of_the_relay_too(
    hub: Hub, paper: PaperExchange
) -> None:
    budget().ban()

    async with relaying():
        await until(lambda: board.feed().reason == SLOWED_DOWN)

    assert not [each for each in paper.ledger.requests if each.path != "/ws/2"]


class HeldBackOnce:
    """Tickers that are refused the first time, with a wait longer than the pause."""

    pause_seconds = 0.01
    wait_seconds = 0.3

    def __init__(self) -> None:
        self.asked: list[float] = []

    def poll(self, *, watched: frozenset[str], streamed: frozenset[str]) -> Polled:
        self.asked.append(time.monotonic())
        if len(self.asked) == 1:
            raise RateLimited("too many calls", wait_seconds=self.wait_seconds)
        return Polled(figures=(), listed=frozenset({BTC}))

    def close(self) -> None:
        """Nothing is open."""


async def test_a_relay_that_is_told_to_wait_does(hub: Hub) -> None:
    tickers = HeldBackOnce()
    async with relaying_by(tickers):
        await until(lambda: len(tickers.asked) >= 2)

    assert tickers.asked[1] - tickers.asked[0] >= tickers.wait_seconds
