from __future__ import annotations

import asyncio
import json
import socket
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError

from exchange.paper import Pace, PaperExchange, running_paper
from exchange.paper.network.options import Options
from exchange.paper.network.server import Server
from tests.exchange.paper.caller import KEY, Caller
from tests.exchange.paper.few import FEW_MARKETS

SUBSCRIBE = {"event": "subscribe", "channel": "trades", "symbol": "tBTCUSD"}


async def heard(client: ClientConnection) -> Any:
    async with asyncio.timeout(10):
        return json.loads(await client.recv())


async def heard_until(client: ClientConnection, wanted: str) -> Any:
    while True:
        frame = await heard(client)
        if isinstance(frame, list) and frame[1] == wanted:
            return frame


async def test_trades_reach_a_listener_live() -> None:
    with running_paper() as paper:
        async with connect(paper.ws_url) as client:
            await heard(client)
            await client.send(json.dumps(SUBSCRIBE))
            ack, snapshot = await heard(client), await heard(client)
            executed = await heard_until(client, "te")
            updated = await heard_until(client, "tu")

    assert ack["event"] == "subscribed"
    assert executed[2][0] > snapshot[1][0][0]
    assert updated[2] == executed[2]


async def test_an_idle_socket_is_cut_without_a_goodbye() -> None:
    with running_paper(pace=Pace(idle_ms=200)) as paper:
        async with connect(paper.ws_url) as client:
            await heard(client)

            with pytest.raises(ConnectionClosedError) as closed:
                await heard(client)

    assert closed.value.rcvd is None


async def test_heartbeats_come_over_the_wire() -> None:
    with running_paper(pace=Pace(heartbeat_ms=100)) as paper:
        paper.pause()
        async with connect(paper.ws_url) as client:
            await client.send(json.dumps(SUBSCRIBE))

            assert (await heard_until(client, "hb"))[1] == "hb"


async def test_a_muted_stream_stays_open_and_says_nothing(paper: PaperExchange) -> None:
    async with connect(paper.ws_url) as client:
        await heard(client)
        paper.mute()
        await client.send('{"event":"ping","cid":1}')
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.recv(), 0.4)
        paper.unmute()
        # Only what is said after the silence arrives.
        await client.send('{"event":"ping","cid":2}')
        async with asyncio.timeout(10):
            while "cid" not in (answer := json.loads(await client.recv())):
                pass

    assert answer["cid"] == 2


@pytest.mark.parametrize("by_reset", [False, True])
async def test_sockets_can_be_cut(paper: PaperExchange, by_reset: bool) -> None:
    async with connect(paper.ws_url) as client:
        await heard(client)
        cut = paper.cut_sockets(by_reset=by_reset)

        with pytest.raises(ConnectionClosedError) as closed:
            await heard(client)

    assert cut == 1
    assert isinstance(closed.value.__cause__, ConnectionResetError) == by_reset


async def test_an_announcement_reaches_every_socket(paper: PaperExchange) -> None:
    async with connect(paper.ws_url) as client:
        await heard(client)
        paper.announce(20060, "Entering in Maintenance mode")
        frame = await heard(client)

    assert (frame["event"], frame["code"]) == ("info", 20060)


async def test_a_socket_stands_in_the_ledger(paper: PaperExchange) -> None:
    async with connect(paper.ws_url) as client:
        await heard(client)
    (record,) = paper.ledger.requests

    assert (record.method, record.path, record.status) == ("GET", "/ws/2", 101)


def test_every_request_stands_in_the_ledger(paper: PaperExchange, caller: Caller) -> None:
    caller.public("/v2/ticker/tNOPE")
    caller.answer("auth/r/wallets", nonce="5")
    caller.v1("/v1/balances")
    bad, good, legacy = paper.ledger.requests

    assert (bad.path, bad.status, bad.verdict) == ("/v2/ticker/tNOPE", 500, "symbol: invalid")
    assert (good.key, good.nonce, good.verdict) == (KEY.key, "5", "ok")
    assert legacy.key == KEY.key
    assert legacy.nonce is not None


def test_a_secret_stands_nowhere_in_the_ledger(paper: PaperExchange, caller: Caller) -> None:
    caller.v2("auth/r/wallets")

    assert KEY.secret not in repr(paper.ledger.requests)


def test_answers_carry_the_server_s_date(caller: Caller) -> None:
    answer = caller.public("/v2/platform/status")

    assert answer.headers["Date"].endswith("GMT")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


def test_a_server_that_has_not_started_has_no_address() -> None:
    with pytest.raises(RuntimeError, match="not started"):
        _ = Server(Options()).address


def test_a_connection_is_kept_for_the_next_request(paper: PaperExchange) -> None:
    with requests.Session() as session:
        for _ in range(3):
            session.get(f"{paper.rest_url}/v2/platform/status", timeout=10)
        adapter = session.get_adapter(paper.rest_url)
        pools = adapter.poolmanager.pools  # type: ignore[attr-defined]
        (key,) = pools.keys()

        assert pools[key].num_connections == 1


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"POST /v2/x HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n" + b"x" * 1_200_000,
    ],
)
def test_what_is_no_decent_request_is_answered_and_cut(paper: PaperExchange, sent: bytes) -> None:
    host, port = paper.rest_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        raw.sendall(sent)
        answer = raw.recv(1_000)

    assert answer.startswith(b"HTTP/1.1 400 ")


def test_a_client_that_waits_for_a_go_ahead_gets_it(paper: PaperExchange) -> None:
    host, port = paper.rest_url.removeprefix("http://").split(":")
    head = b"POST /v2/x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        raw.sendall(head)
        go_on = raw.recv(1_000)
        raw.sendall(b"{}")
        answer = raw.recv(1_000)

    assert go_on.startswith(b"HTTP/1.1 100 ")
    assert answer.startswith(b"HTTP/1.1 404 ")


def test_rate_limits_ban_when_switched_on() -> None:
    with running_paper(keys=[KEY], rate_limits=True) as paper:
        caller = Caller(paper.rest_url)
        answers = [caller.public("/v1/symbols") for _ in range(6)]
        after = caller.public("/v2/platform/status")
        refused = requests.get(
            f"{paper.rest_url}/ws/2", headers={"Upgrade": "websocket"}, timeout=10
        )

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert after.json() == {"error": "ERR_RATE_LIMIT"}
    assert refused.status_code == 429


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    with running_paper(keys=[KEY], state_folder=tmp_path) as paper:
        paper.pause()
        caller = Caller(paper.rest_url)
        caller.submit("0.1")
        (order,) = caller.submit("-0.1", "70000", cid=5)[4]
        caller.answer("auth/r/wallets", nonce="8000000000000000")
        before = caller.answer("auth/r/wallets", nonce="8000000000000001").json()
        prices = paper.best_prices("tBTCUSD")
    with running_paper(keys=[KEY], state_folder=tmp_path) as paper:
        caller = Caller(paper.rest_url)
        again = caller.answer("auth/r/wallets", nonce="8000000000000001").json()
        wallets = caller.answer("auth/r/wallets", nonce="8000000000000002").json()
        after = paper.best_prices("tBTCUSD")
        reopened = paper.order(order[0])

    assert again == ["error", 10114, "nonce: small"]
    assert wallets == before
    assert reopened.is_open
    assert abs(after[0] / prices[0] - 1) < Decimal("0.001")


def test_an_answered_order_is_already_saved(tmp_path: Path) -> None:
    with running_paper(keys=[KEY], state_folder=tmp_path / "live") as paper:
        caller = Caller(paper.rest_url)
        (order,) = caller.submit("-0.1", "70000")[4]
        copy = tmp_path / "copy"
        copy.mkdir()
        # What a crash right now would leave on disk.
        for file in (tmp_path / "live").iterdir():
            (copy / file.name).write_bytes(file.read_bytes())
    with running_paper(keys=[KEY], state_folder=copy) as paper:
        reopened = paper.order(order[0])

    assert reopened.is_open


async def test_a_server_that_never_listened_saves_what_it_holds(tmp_path: Path) -> None:
    options = Options(keys=[KEY], state_folder=tmp_path, listed=FEW_MARKETS)
    first = Server(options)
    await first.stop()
    second = Server(options)
    await second.stop()

    assert second.engine.starts == first.engine.starts + 1
