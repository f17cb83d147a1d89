from __future__ import annotations

import asyncio
import json
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from exchange.paper import PaperExchange, PaperKey
from exchange.paper.faults.frames import DroppedFrame, MutedChannel
from exchange.paper.faults.keys import NarrowedKey, RevokedKey
from exchange.paper.keys import reading
from tests.exchange.paper.caller import KEY, Caller, signature

ORDER = {"type": "EXCHANGE LIMIT", "symbol": "tBTCUSD", "amount": "0.1", "price": "50000"}


async def say(client: ClientConnection, message: Any) -> None:
    await client.send(json.dumps(message))


async def hear_event(client: ClientConnection, event: str) -> Any:
    async with asyncio.timeout(10):
        while True:
            frame = json.loads(await client.recv())
            if isinstance(frame, dict) and frame["event"] == event:
                return frame


async def hear_code(client: ClientConnection, code: str) -> Any:
    async with asyncio.timeout(10):
        while True:
            frame = json.loads(await client.recv())
            if isinstance(frame, list) and frame[1] == code:
                return frame[2]


async def authenticate(client: ClientConnection, nonce: str, key: PaperKey = KEY) -> Any:
    payload = f"AUTH{nonce}"
    await say(
        client,
        {
            "event": "auth",
            "apiKey": key.key,
            "authNonce": nonce,
            "authPayload": payload,
            "authSig": signature(payload.encode(), key.secret),
        },
    )
    return await hear_event(client, "auth")


async def test_what_a_socket_asks_stands_in_the_ledger(paper: PaperExchange) -> None:
    async with connect(paper.ws_url) as client:
        await authenticate(client, "1800000000000000")
        await say(client, [0, "on", None, ORDER])
        await say(client, [0, "on", None, ORDER | {"cid": 7}])
        await hear_code(client, "on")
        await hear_code(client, "on")
        await say(client, [0, "oc", None, {"id": paper.ledger.orders[1].id}])
        await hear_code(client, "oc")
    handshake, auth, first_input, second_input, cancel = paper.ledger.requests
    first, last = paper.ledger.orders
    (change,) = paper.ledger.changes

    assert (handshake.method, auth.path, auth.nonce) == ("GET", "/ws/2/auth", "1800000000000000")
    assert [record.path for record in (first_input, second_input)] == ["/ws/2/on"] * 2
    assert (first.came_by, last.came_by, last.cid) == ("socket", "socket", 7)
    assert [first.request, last.request] == [first_input.number, second_input.number]
    assert (change.request, cancel.path) == (cancel.number, "/ws/2/oc")
    assert {record.key for record in paper.ledger.requests[1:]} == {KEY.key}
    assert paper.ledger.counts["order socket"] == 2


async def test_sockets_and_requests_use_up_the_same_nonces(paper: PaperExchange) -> None:
    caller = Caller(paper.rest_url)
    async with connect(paper.ws_url) as client:
        taken = await authenticate(client, "1800000000000000")
        refused = await asyncio.to_thread(caller.answer, "auth/r/wallets", nonce="1800000000000000")
        await asyncio.to_thread(caller.answer, "auth/r/wallets", nonce="1800000000000002")
    async with connect(paper.ws_url) as client:
        late = await authenticate(client, "1800000000000001")

    assert taken["status"] == "OK"
    assert refused.json() == ["error", 10114, "nonce: small"]
    assert (late["status"], late["code"]) == ("FAILED", 10114)
    assert paper.ledger.requests[-1].verdict == "nonce: small"


async def test_a_revoked_key_opens_no_account(paper: PaperExchange) -> None:
    with paper.fault(RevokedKey(path="/ws/2/auth")) as fault:
        async with connect(paper.ws_url) as client:
            answer = await authenticate(client, "1800000000000000")

    assert fault.fired == 1
    assert (answer["status"], answer["code"], answer["msg"]) == ("FAILED", 10100, "apikey: invalid")


async def test_a_socket_whose_key_is_revoked_is_cut(paper: PaperExchange) -> None:
    async with connect(paper.ws_url) as client:
        await authenticate(client, "1800000000000000")
        with paper.fault(RevokedKey(key=KEY.key)) as fault:
            async with asyncio.timeout(10):
                await client.wait_closed()

    assert fault.fired == 1


async def test_looking_at_a_key_is_no_strike(paper: PaperExchange) -> None:
    async with connect(paper.ws_url) as client:
        await authenticate(client, "1800000000000000")
        narrowed = NarrowedKey(key=KEY.key, permissions=reading())
        with paper.fault(narrowed, must_strike=False) as fault:
            paper.place(KEY.owner, "tBTCUSD", "0.1", "50000")
            await hear_code(client, "on")
            looked = fault.fired
            await say(client, [0, "on", None, ORDER])
            await hear_code(client, "n")

    assert (looked, fault.fired) == (0, 1)


async def test_a_key_can_lose_a_permission_while_its_socket_is_open(paper: PaperExchange) -> None:
    async with connect(paper.ws_url) as client:
        await authenticate(client, "1800000000000000")
        with paper.fault(NarrowedKey(path="/ws/2/on", permissions=reading())) as fault:
            await say(client, [0, "on", None, ORDER])
            told = await hear_code(client, "n")

    assert fault.fired == 1
    assert told[6:] == ["ERROR", "api_key: permission invalid"]
    assert paper.ledger.orders == ()


async def test_an_account_s_news_can_be_silenced_for_one_key(paper: PaperExchange) -> None:
    async with connect(paper.ws_url) as client:
        await authenticate(client, "1800000000000000")
        with paper.fault(MutedChannel(channel="account", key=KEY.key)) as fault:
            paper.place(KEY.owner, "tBTCUSD", "0.1", "50000", cid=1)
            await asyncio.to_thread(fault.wait)
        paper.place(KEY.owner, "tBTCUSD", "0.1", "50000", cid=2)
        heard = await hear_code(client, "on")

    assert heard[2] == 2


async def test_an_account_s_frame_can_be_lost(paper: PaperExchange) -> None:
    async with connect(paper.ws_url) as client:
        await authenticate(client, "1800000000000000")
        with paper.fault(DroppedFrame(channel="account", key=KEY.key)) as fault:
            paper.place(KEY.owner, "tBTCUSD", "0.1", "50000", cid=1)
            paper.place(KEY.owner, "tBTCUSD", "0.1", "50000", cid=2)
            heard = await hear_code(client, "on")

    assert fault.fired == 1
    assert heard[2] == 2
