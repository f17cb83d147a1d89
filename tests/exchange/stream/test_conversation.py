"""The stream client and the paper exchange, which share no code, over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from exchange.paper import PaperExchange, running_paper
from exchange.stream import events
from exchange.stream.channels import Channel
from exchange.stream.client import StreamClient
from exchange.stream.pacing import Timing
from tests.exchange.stream.listening import Listener, running

TICKER, TRADES = Channel.ticker("tBTCUSD"), Channel.trades("tBTCUSD")
BOOK = Channel.book("tBTCUSD")


@pytest.fixture(scope="module")
def paper() -> Iterator[PaperExchange]:
    with running_paper(seed=3, speed=4) as paper:
        yield paper


@asynccontextmanager
async def following(
    paper: PaperExchange, *channels: Channel, timing: Timing | None = None
) -> AsyncIterator[tuple[StreamClient, Listener]]:
    async with running(paper.ws_url, list(channels), timing or Timing()) as pair:
        yield pair


async def test_every_kind_of_channel_speaks(paper):
    async with following(paper, TICKER, TRADES, BOOK, Channel.book("tDOGE:USD", "P1")) as (
        _,
        listener,
    ):
        (connected,) = await listener.count(events.Connected)
        await listener.count(events.TickerUpdated)
        await listener.count(events.BookSnapshot, 2)
        await listener.count(events.TradesSnapshot)
        await listener.count(events.TradeExecuted, 3)
        await listener.count(events.BookUpdated, 10)

    refused = [
        event
        for event in listener.heard
        if isinstance(event, events.Undecodable | events.SequenceBroken | events.ServerError)
    ]

    assert connected.is_operative
    assert listener.all(events.Configured)[0].is_accepted
    assert refused == []


async def test_the_rarer_channels_speak_too(paper):
    wanted = [
        Channel.candles("tBTCUSD", "1m"),
        Channel.candles("fUSD", "1h", "p30"),
        Channel.derivative("tBTCF0:USTF0"),
        Channel.liquidations(),
        *(Channel.ticker("fUSD"), Channel.trades("fUSD")),
        *(Channel.book("fUSD"), Channel.book("fUSD", "R0")),
    ]
    async with following(paper, *wanted) as (_, listener):
        await listener.count(events.CandlesSnapshot, 2)
        await listener.count(events.CandleUpdated, 3)
        await listener.count(events.DerivativeUpdated, 3)
        await listener.count(events.PositionsLiquidated)
        await listener.count(events.FundingTickerUpdated)
        await listener.count(events.FundingTradesSnapshot)
        await listener.count(events.EntriesSnapshot, 2)
        await listener.count(events.EntryUpdated, 20)

    kinds = events.Undecodable | events.SequenceBroken | events.ServerError | events.Ignored

    assert [event for event in listener.heard if isinstance(event, kinds)] == []
    assert not listener.all(events.SubscriptionRefused)


async def test_our_raw_books_are_the_exchanges_too(paper):
    async with following(paper, Channel.book("tBTCUSD", "R0", 100)) as (_, listener):
        await listener.count(events.EntriesSnapshot)
        await listener.count(events.ChecksumVerified)

    assert not listener.all(events.ChecksumFailed)


async def test_every_trade_is_told_once(paper):
    async with following(paper, TRADES) as (_, listener):
        found = await listener.count(events.TradeExecuted, 10)

    ids = [event.trade.id for event in found]

    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "symbol", ["tBTCUSD", "tXRPUSD", "tDOGE:USD", "tUSTUSD", "tXRPBTC", "tDOGE:BTC"]
)
async def test_our_books_are_the_exchanges_to_the_last_character(paper, symbol):
    async with following(paper, Channel.book(symbol)) as (_, listener):
        await listener.count(events.BookSnapshot)
        await listener.count(events.ChecksumVerified)

    assert not listener.all(events.ChecksumFailed)


async def test_a_book_follows_the_market_and_stays_in_order(paper):
    best: list[tuple[bool, int]] = []

    class Watching(Listener):
        def __call__(self, event: events.Event) -> None:
            if isinstance(event, events.BookUpdated):
                bids = [level.price for level in event.book.bids()]
                best.append((bids == sorted(bids, reverse=True), len(bids)))
            super().__call__(event)

    listener = Watching()
    client = StreamClient(paper.ws_url, on_event=listener)
    client.want([BOOK])
    task = asyncio.create_task(client.run())
    await listener.count(events.BookUpdated, 100)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert all(in_order for in_order, _ in best)
    assert not listener.all(events.ChecksumFailed)


async def test_after_a_cut_the_snapshots_come_again(paper):
    async with following(paper, TICKER, BOOK) as (_, listener):
        await listener.count(events.BookSnapshot)
        await asyncio.to_thread(paper.cut_sockets)
        (lost,) = await listener.count(events.Disconnected)
        await listener.count(events.BookSnapshot, 2)
        await listener.count(events.TickerUpdated, 2)

    assert set(lost.channels) == {TICKER, BOOK}


@pytest.mark.parametrize(("code", "reason"), [(20051, "restarting"), (20061, "resumed")])
async def test_notices_are_followed(paper, code, reason):
    async with following(paper, TICKER) as (_, listener):
        await listener.count(events.TickerUpdated)
        await asyncio.to_thread(paper.announce, code, "words")
        (lost,) = await listener.count(events.Disconnected)
        await listener.count(events.TickerUpdated, 2)

    assert lost.reason == reason


async def test_an_unknown_symbol_is_refused_and_the_rest_goes_on(paper):
    nothing = Channel.ticker("tNIXUSD")
    async with following(paper, nothing, TICKER) as (_, listener):
        (refused,) = await listener.count(events.SubscriptionRefused)
        await listener.count(events.TickerUpdated)

    assert (refused.channel, refused.code) == (nothing, 10300)


async def test_more_channels_than_one_socket_takes_are_spread(paper):
    symbols = ["tBTCUSD", "tETHUSD", "tSOLUSD", "tXRPUSD", "tDOGE:USD", "tADAUSD"]
    wanted = [
        channel
        for symbol in symbols
        for channel in (
            *(Channel.ticker(symbol), Channel.trades(symbol)),
            *(Channel.book(symbol, precision) for precision in ("P0", "P1", "P2", "P3")),
        )
    ]
    async with following(paper, *wanted) as (_, listener):
        await listener.count(events.Subscribed, len(wanted))

    assert len(listener.all(events.Connected)) == 2
    assert {event.channel for event in listener.all(events.Subscribed)} == set(wanted)


async def test_what_is_wanted_changes_while_it_runs(paper):
    async with following(paper, TICKER) as (client, listener):
        await listener.count(events.TickerUpdated)
        client.want([TRADES])
        await listener.count(events.TradesSnapshot)
        (ended,) = await listener.count(events.Unsubscribed)

    assert ended.channel == TICKER
