"""The account's stream against a real WebSocket server that authenticates, or does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from exchange.clock import ExchangeClock, shared_clock
from exchange.credentials import Credentials
from exchange.errors import NotAuthenticated, NotPermitted
from exchange.models.account import Permission
from exchange.nonce import MemoryNonces, microseconds
from exchange.stream import account_events, events
from exchange.stream.account import ACCOUNT_TIMING, AccountStream
from exchange.stream.channels import ACCOUNT
from exchange.stream.pacing import Timing
from tests.exchange.stream.listening import Listener, ticks
from tests.exchange.stream.scripted import KEY, SECRET, WALLET, Exchange, scripted_exchange

CREDENTIALS = Credentials(KEY, SECRET)
PATIENT = Timing(first_delay=0.01, longest_delay=0.05, tick=0.02)
FAST = Timing(
    silent_after=0.4,
    dropped_after=0.6,
    first_delay=0.01,
    longest_delay=0.05,
    tick=0.02,
    answered_after=0.2,
)
Snapshot = account_events.WalletsSnapshot


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    async with scripted_exchange() as exchange:
        yield exchange


@asynccontextmanager
async def running(
    exchange: Exchange, timing: Timing = PATIENT, **options: Any
) -> AsyncIterator[tuple[AccountStream, Listener]]:
    listener = Listener()
    options = {"nonces": MemoryNonces(), **options}
    stream = AccountStream(
        CREDENTIALS, url=exchange.url, on_event=listener, timing=timing, **options
    )
    task = asyncio.create_task(stream.run())
    try:
        yield stream, listener
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_the_key_authenticates_and_the_snapshots_come(exchange):
    async with running(exchange) as (_, listener):
        await listener.count(account_events.OrdersSnapshot)

    (sent,) = exchange.sockets[0].authentications

    assert "filter" not in sent
    assert "dms" not in sent
    assert listener.all(account_events.Authenticated) == [
        account_events.Authenticated(
            ACCOUNT, 5, (Permission(scope="wallets", read=True, write=False),)
        )
    ]
    assert [type(event) for event in listener.heard] == [
        events.Connected,
        events.Configured,
        events.Pong,
        account_events.Authenticated,
        account_events.PositionsSnapshot,
        account_events.WalletsSnapshot,
        account_events.OrdersSnapshot,
    ]


async def test_filters_and_the_dead_mans_switch_are_sent_only_when_asked_for(exchange):
    async with running(exchange, filters=["wallet"], cancels_orders=True) as (_, listener):
        await listener.count(Snapshot)

    (sent,) = exchange.sockets[0].authentications

    assert (sent["filter"], sent["dms"]) == (["wallet"], 4)


async def test_after_a_reconnection_the_key_authenticates_again_and_snapshots_come_again(exchange):
    async with running(exchange) as (_, listener):
        await listener.count(Snapshot)
        await exchange.sockets[0].connection.close(1012)
        await listener.count(Snapshot, 2)

    first, second = (socket.authentications[0] for socket in exchange.sockets)
    order = [
        type(event).__name__
        for event in listener.heard
        if isinstance(event, events.Disconnected | account_events.Authenticated | Snapshot)
    ]

    assert int(second["authNonce"]) > int(first["authNonce"])
    assert order == [
        *("Authenticated", "WalletsSnapshot", "Disconnected", "Authenticated", "WalletsSnapshot"),
    ]
    assert listener.all(events.Disconnected) == [events.Disconnected((ACCOUNT,), "closed: 1012")]


HOUR = 3_600_000_000


def an_hour_ahead() -> int:
    return microseconds() + HOUR


async def test_a_clock_that_is_an_hour_ahead_signs_nothing(exchange):
    nonces = MemoryNonces(clock=an_hour_ahead)
    clock = ExchangeClock(clock=an_hour_ahead)
    async with running(exchange, nonces=nonces, clock=clock) as (_, listener):
        await listener.count(events.Disconnected, 2)
    with nonces.turn(KEY) as turn:
        last = int(turn.issue())

    assert "3600 s ahead" in listener.all(events.Disconnected)[0].reason
    assert [socket.authentications for socket in exchange.sockets] == [[]] * len(exchange.sockets)
    assert last < an_hour_ahead()


async def test_an_exchange_that_is_an_hour_behind_is_a_clock_that_is_ahead(exchange):
    exchange.ahead_seconds = -3600
    async with running(exchange) as (_, listener):
        await listener.count(events.Disconnected)

    assert "ahead of the exchange's" in listener.all(events.Disconnected)[0].reason
    assert not exchange.sockets[0].authentications


async def test_an_exchange_that_does_not_tell_its_time_gets_no_signature(exchange):
    exchange.tells_time = False
    async with running(exchange, FAST) as (_, listener):
        await listener.count(events.Disconnected)
        exchange.tells_time = True
        await listener.count(Snapshot)

    assert not exchange.sockets[0].authentications


async def test_a_time_that_is_known_is_not_asked_for(exchange):
    clock = ExchangeClock()
    clock.learn_time(datetime.now(UTC))
    async with running(exchange, clock=clock) as (_, listener):
        await listener.count(Snapshot)

    assert not listener.all(events.Pong)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("wss://api.bitfinex.com/ws/2", "https://api.bitfinex.com"),
        ("ws://127.0.0.1:8000/ws/2", "http://127.0.0.1:8000"),
    ],
)
def test_a_stream_goes_by_the_clock_of_rest_calls_to_the_same_address(url, address):
    stream = AccountStream(CREDENTIALS, url=url, on_event=print)

    assert stream.clock is shared_clock(address)


async def test_the_keys_turn_is_held_until_the_exchange_has_answered(exchange):
    exchange.auth_answers = [None]
    nonces = MemoryNonces(patience_seconds=0.05)
    async with running(exchange, nonces=nonces) as (_, listener):
        await exchange.until(lambda: exchange.sockets and exchange.sockets[0].authentications)
        during = await asyncio.to_thread(is_free, nonces)
        await exchange.sockets[0].say(event="auth", chanId=0, status="OK", userId=5)
        await listener.count(account_events.Authenticated)
        await until_free(nonces)

    assert not during


def is_free(nonces: MemoryNonces) -> bool:
    """Tell whether a signed call could be made now."""
    with suppress(Exception), nonces.turn(KEY):
        return True
    return False


async def until_free(nonces: MemoryNonces) -> None:
    async with asyncio.timeout(20):
        while not await asyncio.to_thread(is_free, nonces):
            pass


@pytest.mark.parametrize(
    ("code", "reason", "error"),
    [
        (10100, "apikey: invalid", NotAuthenticated),
        (10112, "signature: invalid", NotAuthenticated),
        (10001, "api_key: permission invalid", NotPermitted),
    ],
)
async def test_a_key_that_is_not_taken_ends_the_run(exchange, code, reason, error):
    exchange.auth_answers = [{"status": "FAILED", "code": code, "msg": reason}]
    listener, nonces = Listener(), MemoryNonces()
    stream = AccountStream(CREDENTIALS, url=exchange.url, on_event=listener, nonces=nonces)
    with pytest.raises(error, match=reason):
        await asyncio.wait_for(stream.run(), 20)
    await until_free(nonces)

    assert listener.all(account_events.AuthenticationRefused) == [
        account_events.AuthenticationRefused(ACCOUNT, code, reason)
    ]
    assert isinstance(listener.heard[-1], events.Disconnected)
    assert len(exchange.sockets) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"status": "FAILED", "code": 10114, "msg": "nonce: small"},
        {"status": "FAILED", "code": 20060, "msg": "maintenance"},
        {"status": "FAILED"},
    ],
    ids=str,
)
async def test_a_refusal_that_may_pass_is_tried_again_with_a_new_nonce(exchange, answer):
    exchange.auth_answers = [answer]
    async with running(exchange) as (_, listener):
        await listener.count(Snapshot)

    (refused,) = listener.all(account_events.AuthenticationRefused)

    assert refused.code == answer.get("code")
    assert listener.all(events.Disconnected)[0].reason.startswith("not authenticated: ")
    assert len(exchange.sockets) == 2


async def test_who_called_too_often_rests_for_as_long_as_the_exchange_blocks(exchange):
    exchange.auth_answers = [{"status": "FAILED", "code": 11010, "msg": "ratelimit: error"}]
    now = [1000.0]
    async with running(exchange, steady=lambda: now[0]) as (stream, listener):
        await listener.count(events.Disconnected)
        await ticks(stream, 10)
        during = len(exchange.sockets)
        now[0] += 60

    assert during == 1


async def test_no_answer_to_the_authentication_costs_the_socket_and_frees_the_key(exchange):
    exchange.auth_answers = [None]
    nonces = MemoryNonces()
    async with running(exchange, FAST, nonces=nonces) as (_, listener):
        await listener.count(Snapshot)

    assert listener.all(events.Disconnected)[0].reason == "no answer to the authentication"


async def test_a_turn_that_does_not_come_is_asked_for_again(exchange):
    nonces = MemoryNonces(patience_seconds=0.05)
    with nonces.turn(KEY):
        async with running(exchange, nonces=nonces) as (_, listener):
            (lost,) = (await listener.count(events.Disconnected))[:1]

    assert lost.reason == "no turn for the key: NotSent"
    assert not exchange.sockets[0].authentications


async def test_nothing_is_signed_while_the_exchange_is_closed(exchange):
    exchange.is_operative = False
    closed = Timing(longest_pause=0.1, first_delay=0.01, tick=0.02)
    async with running(exchange, closed) as (_, listener):
        await listener.count(events.Disconnected)
        exchange.is_operative = True
        await listener.count(Snapshot)

    assert listener.all(events.Disconnected)[0].reason == "maintenance did not end"
    assert not exchange.sockets[0].authentications


@pytest.mark.parametrize(("code", "reason"), [(20051, "restarting"), (20061, "resumed")])
async def test_notices_are_followed(exchange, code, reason):
    async with running(exchange) as (_, listener):
        await listener.count(Snapshot)
        await exchange.sockets[0].say(event="info", code=code, msg="words")
        await listener.count(Snapshot, 2)

    assert listener.all(events.Disconnected) == [events.Disconnected((ACCOUNT,), reason)]


async def test_a_silent_account_is_told_and_connected_anew(exchange):
    async with running(exchange, FAST) as (_, listener):
        await listener.count(Snapshot, 2)

    (silent, *_) = listener.all(events.ChannelSilent)

    assert (silent.channel, silent.seconds >= 0.4) == (ACCOUNT, True)
    assert listener.all(events.Disconnected)[0] == events.Disconnected((ACCOUNT,), "silence")


async def test_a_gap_in_the_accounts_own_counter_costs_the_socket(exchange):
    async with running(exchange) as (_, listener):
        await listener.count(account_events.OrdersSnapshot)
        socket = exchange.sockets[0]
        await socket.account_frame("wu", WALLET)
        await listener.count(account_events.WalletChanged)
        socket.account_sequence += 1
        await socket.account_frame("wu", WALLET)
        await listener.count(Snapshot, 2)

    assert len(listener.all(account_events.WalletChanged)) == 1
    assert listener.all(events.SequenceBroken) == [events.SequenceBroken(2, 3)]
    assert listener.all(events.Disconnected)[0].reason == "the sequence is broken"


async def test_a_second_greeting_changes_nothing(exchange):
    async with running(exchange) as (_, listener):
        await listener.count(Snapshot)
        await exchange.sockets[0].say(event="info", version=2, platform={"status": 1})
        await listener.count(events.Connected, 2)
        await exchange.sockets[0].account_frame("wu", WALLET)
        await listener.count(account_events.WalletChanged)

    assert len(exchange.sockets[0].authentications) == 1


def calculated(exchange: Exchange) -> list[str]:
    """Return the names of all figures asked for, on all sockets, in order."""
    return [
        name
        for socket in exchange.sockets
        for channel_id, code, _, names in socket.inputs
        if (channel_id, code) == (0, "calc")
        for [name] in names
    ]


async def test_figures_are_asked_for_after_authentication_and_not_before(exchange):
    exchange.auth_answers = [None]
    async with running(exchange) as (stream, listener):
        stream.calculate(["wallet_exchange_USD", "balance", "balance"])
        await exchange.until(lambda: exchange.sockets and exchange.sockets[0].authentications)
        await ticks(stream, 5)
        before = calculated(exchange)
        await exchange.sockets[0].say(event="auth", chanId=0, status="OK", userId=5)
        await exchange.until(lambda: calculated(exchange))
        stream.calculate(["margin_base"])
        await exchange.until(lambda: len(calculated(exchange)) == 3)

    assert before == []
    assert calculated(exchange) == ["wallet_exchange_USD", "balance", "margin_base"]


async def test_figures_are_asked_for_as_slowly_as_the_exchange_wants(exchange):
    now = [1000.0]
    names = [f"wallet_exchange_A{number:02}" for number in range(20)]
    async with running(exchange, steady=lambda: now[0]) as (stream, _):
        stream.calculate(names)
        await exchange.until(lambda: calculated(exchange))
        await ticks(stream, 5)
        counts = [len(calculated(exchange))]
        for expected in (16, 20):
            now[0] += 1
            await exchange.until(lambda expected=expected: len(calculated(exchange)) == expected)
            counts.append(len(calculated(exchange)))

    assert counts == [8, 16, 20]
    assert calculated(exchange) == names


async def test_what_the_consumer_raises_ends_the_run_and_frees_the_key(exchange):
    def fail(event: events.Event) -> None:
        if isinstance(event, Snapshot):
            raise OSError("the consumer's own")

    nonces = MemoryNonces()
    stream = AccountStream(CREDENTIALS, url=exchange.url, on_event=fail, nonces=nonces)
    with pytest.raises(OSError, match="the consumer's own"):
        await asyncio.wait_for(stream.run(), 20)
    await until_free(nonces)


def test_an_account_makes_no_more_than_five_connections_in_15_seconds():
    assert (ACCOUNT_TIMING.connections, ACCOUNT_TIMING.connection_window) == (5, 15.0)


async def test_new_connections_stay_within_their_budget(exchange):
    few = Timing(
        first_delay=0.001, longest_delay=0.001, tick=0.02, connections=2, connection_window=0.3
    )
    loop = asyncio.get_running_loop()
    opened: list[float] = []
    async with running(exchange, few) as (_, listener):
        for number in range(1, 6):
            await listener.count(Snapshot, number)
            opened.append(loop.time())
            await exchange.sockets[-1].connection.close()

    assert all(later - earlier > 0.25 for earlier, later in zip(opened, opened[2:], strict=False))


async def test_neither_key_nor_secret_is_logged(exchange, caplog):
    caplog.set_level("DEBUG", logger="exchange")
    exchange.auth_answers = [{"status": "FAILED", "code": 10114, "msg": "nonce: small"}]
    async with running(exchange) as (_, listener):
        await listener.count(Snapshot)

    assert "nonce: small" in caplog.text
    assert KEY not in caplog.text
    assert SECRET not in caplog.text
