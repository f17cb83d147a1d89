"""The account's stream and the paper exchange, which share no code, over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from exchange.clock import ExchangeClock
from exchange.credentials import Credentials
from exchange.errors import NotAuthenticated
from exchange.limits import NoBudget
from exchange.models.orders import OrderType
from exchange.models.wallets import WalletType
from exchange.new_order import NewOrder
from exchange.nonce import MemoryNonces, microseconds
from exchange.paper import Pace, PaperExchange, PaperKey, running_paper
from exchange.rest_v2 import RestV2
from exchange.stream import account_events as told
from exchange.stream import calculations, events
from exchange.stream.account import AccountStream
from exchange.stream.account_events import Change
from exchange.stream.pacing import Timing
from tests.exchange.stream.listening import Listener

KEY = PaperKey("trading-key", "trading-secret")
CREDENTIALS = Credentials(KEY.key, KEY.secret)
FAST = Timing(first_delay=0.01, longest_delay=0.05, tick=0.02, connections=100)
# Seconds become hundredths, so that silence is waited for and not slept through.
WATCHFUL = Timing(
    silent_after=0.4,
    dropped_after=0.6,
    first_delay=0.01,
    longest_delay=0.05,
    tick=0.02,
    connections=100,
)
HOUR = 3_600_000_000
client_ids = count(2**44)


@pytest.fixture
def paper() -> Iterator[PaperExchange]:
    """Fees are told at once, and the account gives a sign of life ten times a second."""
    pace = Pace(charged_ms=0, heartbeat_ms=100)
    with running_paper(seed=7, keys=[KEY], pace=pace) as paper:
        paper.pause()
        yield paper


@pytest.fixture
def nonces() -> MemoryNonces:
    """The one authority of everything that uses the key."""
    return MemoryNonces()


@pytest.fixture
def client(paper: PaperExchange, nonces: MemoryNonces) -> Iterator[RestV2]:
    client = RestV2(paper.rest_url, credentials=CREDENTIALS, nonces=nonces, budget=NoBudget())
    yield client
    client.close()


@asynccontextmanager
async def following(
    paper: PaperExchange, nonces: MemoryNonces, timing: Timing = FAST, **options: Any
) -> AsyncIterator[tuple[AccountStream, Listener]]:
    listener = Listener()
    stream = AccountStream(
        CREDENTIALS, url=paper.ws_url, on_event=listener, nonces=nonces, timing=timing, **options
    )
    task = asyncio.create_task(stream.run())
    try:
        yield stream, listener
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def order(amount: str, price: str | None = None) -> NewOrder:
    return NewOrder(
        symbol="tBTCUSD",
        type=OrderType.MARKET if price is None else OrderType.LIMIT,
        amount=Decimal(amount),
        price=None if price is None else Decimal(price),
        cid=next(client_ids),
    )


def misunderstood(listener: Listener) -> list[events.Event]:
    kinds = events.Undecodable | events.SequenceBroken | events.ServerError | events.Ignored
    return [event for event in listener.heard if isinstance(event, kinds)]


async def test_the_snapshots_are_what_rest_says(paper, nonces, client):
    waiting = await asyncio.to_thread(client.submit_order, order("0.01", "50000"))
    async with following(paper, nonces) as (_, listener):
        (wallets,) = await listener.count(told.WalletsSnapshot)
        (orders,) = await listener.count(told.OrdersSnapshot)
        await listener.count(told.LoansSnapshot, 2)
    found = await asyncio.to_thread(client.wallets)
    open_orders = await asyncio.to_thread(client.open_orders)

    assert {(w.type, w.currency, w.balance) for w in wallets.wallets} == {
        (w.type, w.currency, w.balance) for w in found
    }
    assert orders.orders == tuple(open_orders)
    assert [o.id for o in orders.orders] == [waiting.id]
    assert [w.available for w in wallets.wallets] == [None] * len(found)
    assert misunderstood(listener) == []


async def test_an_order_by_rest_is_followed_to_its_end(paper, nonces, client):
    async with following(paper, nonces) as (_, listener):
        await listener.count(told.OrdersSnapshot)
        placed = await asyncio.to_thread(client.submit_order, order("0.01", "60000"))
        (new,) = await listener.count(told.OrderChanged)
        await asyncio.to_thread(paper.move_price, "tBTCUSD", "59000")
        (_, closed) = await listener.count(told.OrderChanged, 2)
        (executed,) = await listener.count(told.FillExecuted)
        (charged,) = await listener.count(told.FillCharged)
        changed = await listener.count(told.WalletChanged, 3)
    fills = await asyncio.to_thread(client.fills)

    assert (new.change, new.order.id, new.order.status) == (Change.NEW, placed.id, "ACTIVE")
    assert (closed.change, closed.order.id) == (Change.CLOSED, placed.id)
    assert closed.order.status.startswith("EXECUTED @ 60000")
    assert executed.fill.fee is None
    assert [charged.fill] == fills
    assert [event.wallet.currency for event in changed] == ["USD", "BTC", "BTC"]
    assert changed[2].wallet.balance == paper.balance(KEY.key, "BTC")
    assert misunderstood(listener) == []


async def test_a_market_order_is_closed_without_ever_being_new(paper, nonces, client):
    async with following(paper, nonces) as (_, listener):
        await listener.count(told.OrdersSnapshot)
        await asyncio.to_thread(client.submit_order, order("0.001"))
        await listener.count(told.FillCharged)
    kinds = [
        type(event)
        for event in listener.heard
        if isinstance(event, told.OrderChanged | told.FillExecuted | told.FillCharged)
    ]

    assert kinds == [told.OrderChanged, told.FillExecuted, told.FillCharged]
    assert listener.all(told.OrderChanged)[0].change is Change.CLOSED


async def test_a_cancel_is_told_once(paper, nonces, client):
    async with following(paper, nonces) as (_, listener):
        await listener.count(told.OrdersSnapshot)
        placed = await asyncio.to_thread(client.submit_order, order("0.01", "50000"))
        await asyncio.to_thread(client.cancel_order, placed.id)
        (_, closed) = await listener.count(told.OrderChanged, 2)

    assert (closed.change, closed.order.status) == (Change.CLOSED, "CANCELED")


async def test_what_is_available_comes_when_it_is_asked_for(paper, nonces, client):
    await asyncio.to_thread(client.submit_order, order("0.01", "50000"))
    async with following(paper, nonces) as (stream, listener):
        stream.calculate([calculations.wallet(WalletType.EXCHANGE, "USD"), calculations.BALANCE])
        (answer,) = await listener.count(told.WalletChanged)
        (assets,) = await listener.count(told.BalanceComputed)

    assert answer.wallet.available == Decimal(49_500)
    assert assets.total == assets.net > 50_000


async def test_after_a_cut_everything_is_told_anew(paper, nonces, client):
    async with following(paper, nonces) as (_, listener):
        await listener.count(told.LoansSnapshot, 2)
        await asyncio.to_thread(paper.cut_sockets)
        (lost,) = await listener.count(events.Disconnected)
        placed = await asyncio.to_thread(client.submit_order, order("0.01", "50000"))
        await listener.count(told.OrdersSnapshot, 2)
        await listener.until(
            lambda: (
                any(
                    placed.id in [found.id for found in event.orders]
                    for event in listener.all(told.OrdersSnapshot)
                )
                or listener.all(told.OrderChanged)
            )
        )

    assert lost.reason == "closed: 1006"
    assert len(listener.all(told.Authenticated)) == 2
    assert misunderstood(listener) == []


@pytest.mark.parametrize(("code", "reason"), [(20051, "restarting"), (20061, "resumed")])
async def test_notices_are_followed(paper, nonces, code, reason):
    async with following(paper, nonces) as (_, listener):
        await listener.count(told.OrdersSnapshot)
        await asyncio.to_thread(paper.announce, code, "words")
        (lost,) = await listener.count(events.Disconnected)
        await listener.count(told.OrdersSnapshot, 2)

    assert lost.reason == reason


async def test_maintenance_is_waited_out(paper, nonces):
    async with following(paper, nonces) as (_, listener):
        await listener.count(told.OrdersSnapshot)
        await asyncio.to_thread(paper.announce, 20060, "words")
        await listener.count(events.MaintenanceStarted)
        await asyncio.to_thread(paper.announce, 20061, "words")
        await listener.count(told.OrdersSnapshot, 2)

    assert [event.reason for event in listener.all(events.Disconnected)] == ["resumed"]


async def test_a_silent_account_is_told_and_connected_anew(paper, nonces):
    async with following(paper, nonces, WATCHFUL) as (_, listener):
        await listener.count(told.OrdersSnapshot)
        await asyncio.to_thread(paper.mute)
        await listener.count(events.ChannelSilent)
        (lost, *_) = await listener.count(events.Disconnected)
        await asyncio.to_thread(paper.unmute)
        await listener.count(told.OrdersSnapshot, 2)

    assert lost.reason == "silence"


async def test_a_nonce_that_was_overtaken_costs_one_more_try(paper, nonces, client):
    ahead = RestV2(
        paper.rest_url,
        credentials=CREDENTIALS,
        nonces=MemoryNonces(clock=lambda: microseconds() + 1_000_000),
        budget=NoBudget(),
    )
    await asyncio.to_thread(ahead.wallets)
    ahead.close()
    async with following(paper, nonces) as (_, listener):
        (refused, *_) = await listener.count(told.AuthenticationRefused)
        await listener.count(told.OrdersSnapshot)

    assert (refused.code, refused.reason) == (10114, "nonce: small")


async def test_a_clock_an_hour_ahead_does_not_spoil_the_key(paper, nonces, client):
    wrong = MemoryNonces(clock=lambda: microseconds() + HOUR)
    clock = ExchangeClock(clock=lambda: microseconds() + HOUR)
    async with following(paper, wrong, clock=clock) as (_, listener):
        await listener.count(events.Disconnected)
    wallets = await asyncio.to_thread(client.wallets)

    assert wallets
    assert "3600 s ahead" in listener.all(events.Disconnected)[0].reason
    assert not listener.all(told.Authenticated)


async def test_a_key_nobody_knows_ends_the_run(paper, nonces):
    stream = AccountStream(
        Credentials("unknown", "secret"), url=paper.ws_url, on_event=print, nonces=nonces
    )
    with pytest.raises(NotAuthenticated, match="apikey: invalid"):
        await asyncio.wait_for(stream.run(), 20)


async def test_what_is_filtered_out_is_not_heard(paper, nonces, client):
    async with following(paper, nonces, filters=["wallet-exchange-BTC"]) as (_, listener):
        (wallets,) = await listener.count(told.WalletsSnapshot)
        await asyncio.to_thread(client.submit_order, order("0.001"))
        await listener.count(told.WalletChanged, 2)

    assert [wallet.currency for wallet in wallets.wallets] == ["BTC"]
    assert not listener.all(told.OrderChanged)


async def test_the_dead_mans_switch_cancels_what_is_open(paper, nonces, client):
    placed = await asyncio.to_thread(client.submit_order, order("0.01", "50000"))
    async with (
        following(paper, nonces) as (_, watching),
        following(paper, nonces, cancels_orders=True) as (_, listener),
    ):
        await watching.count(told.OrdersSnapshot)
        await listener.count(told.OrdersSnapshot)
        await asyncio.to_thread(paper.cut_sockets)
        await listener.count(told.OrdersSnapshot, 2)
    await asyncio.to_thread(paper.step)

    assert not paper.order(placed.id).is_open
