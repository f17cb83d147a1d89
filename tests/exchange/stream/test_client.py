"""The driver against a real WebSocket server that does what exchanges do on bad days."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from websockets.asyncio.server import serve
from websockets.datastructures import Headers
from websockets.http11 import Response

from exchange.stream import events
from exchange.stream.channels import ACCOUNT, Channel
from exchange.stream.client import StreamClient
from exchange.stream.pacing import Gate, Timing
from tests.exchange.stream.listening import PATIENT, running, ticks
from tests.exchange.stream.scripted import Exchange, scripted_exchange

TICKER, TRADES = Channel.ticker("tBTCUSD"), Channel.trades("tBTCUSD")
BOOK = Channel.book("tBTCUSD")
MANY = [Channel.ticker(f"tAA{letter}USD") for letter in "ABCDEFGHIJ"]
# Seconds become hundredths, so that silence is waited for and not slept through.
FAST = Timing(
    silent_after=0.4,
    dropped_after=0.6,
    first_delay=0.01,
    longest_delay=0.05,
    longest_pause=0.3,
    tick=0.02,
)


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    async with scripted_exchange() as exchange:
        yield exchange


async def test_wanted_channels_come_with_their_snapshots(exchange):
    async with running(exchange.url, [TICKER, TRADES, BOOK]) as (_, listener):
        await listener.count(events.BookSnapshot)

    assert exchange.sockets[0].received[0] == {"event": "conf", "flags": 196608}
    assert exchange.sockets[0].asked_for == [TICKER, TRADES, BOOK]
    assert [type(event) for event in listener.heard] == [
        events.Connected,
        events.Configured,
        events.Subscribed,
        events.TickerUpdated,
        events.Subscribed,
        events.TradesSnapshot,
        events.Subscribed,
        events.BookSnapshot,
    ]


async def test_nothing_wanted_means_no_connection(exchange):
    async with running(exchange.url, []) as (client, listener):
        await asyncio.wait_for(ticks(client, 3), 20)

    assert not exchange.sockets
    assert not listener.heard


async def test_what_is_wanted_may_change_at_any_time(exchange):
    async with running(exchange.url, [TICKER, TRADES]) as (client, listener):
        await listener.count(events.TradesSnapshot)
        client.want([TRADES, BOOK])
        await listener.count(events.BookSnapshot)
        (ended,) = await listener.count(events.Unsubscribed)
        client.want([TRADES, BOOK, TICKER])
        await listener.count(events.TickerUpdated, 2)

    assert ended.channel == TICKER
    assert len(exchange.sockets) == 1
    assert [message["event"] for message in exchange.sockets[0].received] == [
        *["conf", "subscribe", "subscribe"],
        *["subscribe", "unsubscribe", "subscribe"],
    ]


async def test_a_channel_dropped_before_its_acknowledgement_is_ended_after_it(exchange):
    async with running(exchange.url, [TICKER, TRADES]) as (client, listener):
        await listener.count(events.Connected)
        client.want([TICKER])
        (ended,) = await listener.count(events.Unsubscribed)

    assert ended.channel == TRADES


async def test_when_nothing_is_wanted_any_more_the_socket_goes(exchange):
    async with running(exchange.url, [TICKER]) as (client, listener):
        await listener.count(events.TickerUpdated)
        client.want([])
        await asyncio.wait_for(exchange.sockets[0].connection.wait_closed(), 20)

    assert not listener.all(events.Disconnected)


async def test_channels_are_spread_over_sockets(exchange):
    async with running(exchange.url, MANY, channels_per_socket=4) as (client, listener):
        await listener.count(events.TickerUpdated, 10)
        client.want(MANY[5:])
        (ended,) = await listener.count(events.Unsubscribed)
        await asyncio.wait_for(exchange.sockets[0].connection.wait_closed(), 20)

    assert sorted(len(socket.asked_for) for socket in exchange.sockets) == [2, 4, 4]
    assert ended.channel == MANY[4]
    assert not listener.all(events.Disconnected)


def carried(exchange: Exchange) -> list[int]:
    return [len(socket.numbers) for socket in exchange.sockets]


async def test_a_socket_that_is_full_early_sends_its_overflow_elsewhere(exchange):
    exchange.limit = 3
    async with running(exchange.url, MANY) as (_, listener):
        found = await listener.count(events.TickerUpdated, 10)

    assert {event.channel for event in found} == set(MANY)
    assert max(carried(exchange)) == 3


async def test_a_server_that_takes_no_channel_at_all_is_not_asked_over_and_over(exchange):
    exchange.limit = 0
    async with running(exchange.url, [TICKER]) as (client, listener):
        await listener.count(events.SubscriptionRefused)
        await ticks(client, 5)

    assert [socket.asked_for for socket in exchange.sockets] == [[TICKER]]


async def test_a_channel_that_does_not_exist_is_told_and_not_asked_for_again(exchange):
    exchange.unknown = {TRADES}
    async with running(exchange.url, [TRADES, TICKER], FAST) as (client, listener):
        (refused,) = await listener.count(events.SubscriptionRefused)
        await listener.count(events.TickerUpdated)
        await ticks(client, 5)

    assert (refused.channel, refused.code) == (TRADES, 10300)
    assert exchange.sockets[0].asked_for == [TRADES, TICKER]


async def test_a_status_the_exchange_does_not_answer_for_costs_nobody_else_anything(exchange):
    nothing = Channel.derivative("tNIXF0:USTF0")
    exchange.mute = {nothing}
    async with running(exchange.url, [nothing, TICKER], FAST) as (client, listener):
        await listener.count(events.TickerUpdated)
        beating = asyncio.create_task(beat(exchange, TICKER))
        (refused,) = await listener.count(events.SubscriptionRefused)
        silent = len(listener.all(events.ChannelSilent))
        await ticks(client, 40)
        beating.cancel()

    assert (refused.channel, refused.reason, silent) == (nothing, "no answer", 1)
    assert not listener.all(events.Disconnected)
    assert exchange.sockets[0].asked_for == [nothing, TICKER]


async def test_other_channels_without_an_answer_cost_the_socket(exchange):
    exchange.mute = {BOOK}
    async with running(exchange.url, [BOOK, TICKER], FAST) as (_, listener):
        await listener.count(events.TickerUpdated)
        beating = asyncio.create_task(beat(exchange, TICKER))
        (lost,) = (await listener.count(events.Disconnected))[:1]
        beating.cancel()

    assert lost == events.Disconnected((BOOK, TICKER), "silence")


async def test_candles_come_with_their_snapshot_after_every_reconnection(exchange):
    candles = Channel.candles("tBTCUSD")
    async with running(exchange.url, [candles]) as (_, listener):
        await listener.count(events.CandlesSnapshot)
        await exchange.sockets[0].connection.close(1012)
        await listener.count(events.CandlesSnapshot, 2)

    assert listener.all(events.Disconnected) == [events.Disconnected((candles,), "closed: 1012")]


def test_the_accounts_channel_is_not_for_everyone():
    client = StreamClient(on_event=print)
    with pytest.raises(ValueError, match="public"):
        client.want([TICKER, ACCOUNT])


async def test_clients_of_one_address_may_share_its_budget_of_connections(exchange):
    gate = Gate(2, 60.0)
    async with (
        running(exchange.url, [TICKER], gate=gate) as (_, first),
        running(exchange.url, [TICKER], gate=gate) as (_, second),
    ):
        await first.count(events.TickerUpdated)
        await second.count(events.TickerUpdated)
        async with running(exchange.url, [TICKER], gate=gate) as (client, third):
            await ticks(client, 5)

    assert not third.heard
    assert len(exchange.sockets) == 2


@pytest.mark.parametrize("code", [1000, 1001, 1011, 1012])
async def test_a_closed_socket_comes_back_with_all_its_channels(exchange, code):
    async with running(exchange.url, [TICKER, BOOK]) as (_, listener):
        await listener.count(events.BookSnapshot)
        await exchange.sockets[0].connection.close(code)
        await listener.count(events.BookSnapshot, 2)
        await listener.count(events.TickerUpdated, 2)

    (lost,) = listener.all(events.Disconnected)

    assert lost == events.Disconnected((TICKER, BOOK), f"closed: {code}")
    assert exchange.sockets[1].asked_for == [TICKER, BOOK]


async def test_a_cut_socket_comes_back(exchange):
    async with running(exchange.url, [TICKER]) as (_, listener):
        await listener.count(events.TickerUpdated)
        exchange.sockets[0].connection.transport.abort()
        await listener.count(events.TickerUpdated, 2)

    assert listener.all(events.Disconnected)[0].reason == "closed: 1006"


async def test_a_server_that_is_away_is_tried_until_it_is_back():
    with socket.socket() as reserved:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        exchange = Exchange()
        async with running(f"ws://127.0.0.1:{port}", [TICKER]) as (_, listener):
            lost = await listener.count(events.Disconnected, 2)
            reserved.close()
            async with serve(exchange.serve_one, "127.0.0.1", port):
                await listener.count(events.TickerUpdated)

    assert lost[0] == events.Disconnected((TICKER,), "no connection: ConnectionRefusedError")


@pytest.mark.parametrize("status", [302, 403, 502])
async def test_a_server_that_turns_us_away_is_asked_again_and_not_elsewhere(status):
    asked: list[str] = []

    def turn_away(connection: Any, request: Any) -> Response:
        asked.append(request.path)
        headers = Headers({"Location": "/elsewhere", "Content-Length": "0"})
        return Response(status, "No", headers, b"")

    async def nobody(connection: Any) -> None:
        raise AssertionError("nobody gets in")

    async with serve(nobody, "127.0.0.1", 0, process_request=turn_away) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with running(f"ws://127.0.0.1:{port}/ws/2", [TICKER]) as (_, listener):
            lost = await listener.count(events.Disconnected, 2)

    assert lost[0].reason == "no connection: InvalidStatus"
    assert set(asked) == {"/ws/2"}


async def test_new_connections_stay_within_their_budget(exchange):
    few = Timing(
        first_delay=0.001, longest_delay=0.001, tick=0.02, connections=3, connection_window=0.3
    )
    loop = asyncio.get_running_loop()
    opened: list[float] = []
    async with running(exchange.url, [TICKER], few) as (_, listener):
        for number in range(1, 8):
            await listener.count(events.TickerUpdated, number)
            opened.append(loop.time())
            await exchange.sockets[-1].connection.close()

    # The fourth after the first, the fifth after the second: never four in one window.
    assert all(later - earlier > 0.25 for earlier, later in zip(opened, opened[3:], strict=False))


async def test_a_restarting_server_is_left_at_once(exchange):
    async with running(exchange.url, [TICKER]) as (_, listener):
        await listener.count(events.TickerUpdated)
        await exchange.sockets[0].say(event="info", code=20051, msg="Stopping")
        await listener.count(events.TickerUpdated, 2)

    assert [event.reason for event in listener.all(events.Disconnected)] == ["restarting"]


async def test_after_maintenance_everything_is_subscribed_anew(exchange):
    async with running(exchange.url, [TICKER], FAST) as (_, listener):
        await listener.count(events.TickerUpdated)
        await exchange.sockets[0].say(event="info", code=20060, msg="Pausing")
        await listener.count(events.MaintenanceStarted)
        await exchange.sockets[0].say(event="info", code=20061, msg="Resuming")
        await listener.count(events.TickerUpdated, 2)

    assert len(listener.all(events.Resumed)) == 1
    assert exchange.sockets[1].asked_for == [TICKER]


async def test_silence_is_forgiven_during_maintenance_but_not_for_ever(exchange):
    long = Timing(
        silent_after=0.1, dropped_after=0.2, longest_pause=0.6, tick=0.02, first_delay=0.01
    )
    async with running(exchange.url, [TICKER], long) as (_, listener):
        await listener.count(events.TickerUpdated)
        await exchange.sockets[0].say(event="info", code=20060, msg="Pausing")
        (lost,) = (await listener.count(events.Disconnected))[:1]

    assert lost.reason == "maintenance did not end"
    assert not listener.all(events.ChannelSilent)


async def test_an_exchange_closed_at_the_greeting_counts_as_maintenance(exchange):
    exchange.is_operative = False
    async with running(exchange.url, [TICKER], FAST) as (_, listener):
        (lost,) = (await listener.count(events.Disconnected))[:1]

    assert listener.all(events.Connected)[0].is_operative is False
    assert lost.reason == "maintenance did not end"


async def test_a_silent_socket_is_told_and_replaced(exchange):
    async with running(exchange.url, [TICKER, BOOK], FAST) as (_, listener):
        await listener.count(events.BookSnapshot)
        exchange.silent = {TICKER, BOOK}
        await listener.count(events.Disconnected)
        exchange.silent = set()
        await listener.count(events.BookSnapshot, 2)

    silent = listener.all(events.ChannelSilent)

    assert {event.channel for event in silent} == {TICKER, BOOK}
    assert all(event.seconds >= 0.4 for event in silent)
    assert listener.all(events.Disconnected)[0].reason == "silence"


async def test_one_silent_channel_is_subscribed_anew_on_its_socket(exchange):
    async with running(exchange.url, [TICKER, BOOK], FAST) as (_, listener):
        await listener.count(events.BookSnapshot)
        beating = asyncio.create_task(beat(exchange, BOOK))
        (silent,) = await listener.count(events.ChannelSilent)
        await listener.count(events.TickerUpdated, 2)
        beating.cancel()

    assert silent.channel == TICKER
    assert not listener.all(events.Disconnected)
    assert exchange.sockets[0].asked_for == [TICKER, BOOK, TICKER]


async def test_a_channel_that_stays_silent_costs_the_socket(exchange):
    exchange.silent = {TICKER}
    async with running(exchange.url, [TICKER, BOOK], FAST) as (_, listener):
        await listener.count(events.BookSnapshot)
        beating = asyncio.create_task(beat(exchange, BOOK))
        (lost,) = (await listener.count(events.Disconnected))[:1]
        beating.cancel()

    assert lost.reason == "silence"
    assert [event.channel for event in listener.all(events.ChannelSilent)] == [TICKER]


async def beat(exchange: Exchange, channel: Channel) -> None:
    """Send a channel's heartbeats more often than silence is noticed."""
    with suppress(Exception):
        while True:
            await exchange.sockets[0].frame(channel, "hb")
            await asyncio.sleep(0.02)


async def test_a_wrong_checksum_brings_a_new_snapshot(exchange):
    async with running(exchange.url, [BOOK, TICKER]) as (_, listener):
        await listener.count(events.TickerUpdated)
        await exchange.sockets[0].frame(BOOK, "cs", 12345)
        await exchange.sockets[0].frame(BOOK, "cs", 12345)
        await listener.count(events.BookSnapshot, 2)

    assert len(listener.all(events.ChecksumFailed)) == 2
    assert not listener.all(events.Disconnected)
    assert [message["event"] for message in exchange.sockets[0].received].count("unsubscribe") == 1


async def test_a_gap_in_the_sequence_costs_the_socket(exchange):
    async with running(exchange.url, [BOOK]) as (_, listener):
        await listener.count(events.BookSnapshot)
        exchange.sockets[0].sequence += 1
        for _ in range(3):
            await exchange.sockets[0].frame(BOOK, [99, 1, 1])
        await listener.count(events.BookSnapshot, 2)

    assert not listener.all(events.BookUpdated)
    assert listener.all(events.Disconnected)[0].reason == "the sequence is broken"
    assert exchange.sockets[1].asked_for == [BOOK]


async def test_a_message_that_cannot_be_read_is_told_and_survived(exchange):
    async with running(exchange.url, [TICKER]) as (_, listener):
        await listener.count(events.TickerUpdated)
        await exchange.sockets[0].connection.send("nonsense")
        await exchange.sockets[0].connection.send("[" * 100_000)
        await exchange.sockets[0].frame(TICKER, "hb")
        await listener.count(events.Heartbeat)

    assert len(listener.all(events.Undecodable)) == 2
    assert not listener.all(events.Disconnected)


async def test_a_message_beyond_any_size_costs_the_socket(exchange):
    async with running(exchange.url, [TICKER]) as (_, listener):
        await listener.count(events.TickerUpdated)
        with suppress(Exception):
            await exchange.sockets[0].connection.send("x" * 5_000_000)
        await listener.count(events.TickerUpdated, 2)

    assert listener.all(events.Disconnected)


async def test_what_the_consumer_raises_ends_the_run(exchange):
    def fail(event: events.Event) -> None:
        raise OSError("the consumer's own")

    client = StreamClient(exchange.url, on_event=fail, timing=PATIENT)
    client.want([TICKER])
    with pytest.raises(OSError, match="the consumer's own"):
        await asyncio.wait_for(client.run(), 20)


async def test_what_the_consumer_raises_about_silence_ends_the_run_too(exchange):
    def fail(event: events.Event) -> None:
        if isinstance(event, events.ChannelSilent):
            raise KeyError("the consumer's own")

    client = StreamClient(exchange.url, on_event=fail, timing=FAST)
    client.want([TICKER])
    with pytest.raises(KeyError, match="the consumer's own"):
        await asyncio.wait_for(client.run(), 20)


async def test_a_cancelled_run_leaves_no_socket_behind(exchange):
    async with running(exchange.url, MANY, channels_per_socket=5) as (_, listener):
        await listener.count(events.TickerUpdated, 10)
    for connected in exchange.sockets:
        await asyncio.wait_for(connected.connection.wait_closed(), 20)

    assert len(exchange.sockets) == 2
