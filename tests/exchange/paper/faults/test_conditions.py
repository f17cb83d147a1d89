from __future__ import annotations

import asyncio
import json
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests
from websockets.asyncio.client import ClientConnection, connect

from exchange.paper import PaperExchange
from exchange.paper.faults.conditions import Ban, DelistedPair, Maintenance, SkewedClock
from exchange.paper.faults.planting import NeverStruck
from tests.exchange.paper.caller import KEY, Caller


async def heard(client: ClientConnection) -> Any:
    async with asyncio.timeout(10):
        return json.loads(await client.recv())


def test_in_maintenance_signed_calls_are_refused_and_the_public_goes_on(
    paper: PaperExchange, caller: Caller
) -> None:
    with paper.fault(Maintenance()) as fault:
        status = caller.public("/v2/platform/status").json()
        wallets = caller.answer("auth/r/wallets")
        order = caller.submit("0.1", "50000")
        legacy = caller.v1("/v1/balances")
        ticker = caller.public("/v2/ticker/tBTCUSD")
    after = caller.public("/v2/platform/status").json()

    assert fault.fired == 4
    assert (status, after) == ([0], [1])
    assert (wallets.status_code, wallets.json()) == (503, ["error", 20060, "maintenance"])
    assert order == ["error", 20060, "maintenance"]
    assert (legacy.status_code, legacy.json()["error"]) == (503, "temporarily_unavailable")
    assert ticker.status_code == 200
    assert paper.ledger.orders == ()


async def test_sockets_are_told_of_maintenance_and_of_its_end(paper: PaperExchange) -> None:
    async with connect(paper.ws_url) as client:
        before = await heard(client)
        with paper.fault(Maintenance(), must_strike=False):
            begun = await heard(client)
            async with connect(paper.ws_url) as late:
                greeting = await heard(late)
        ended = await heard(client)

    assert (before["platform"], greeting["platform"]) == ({"status": 1}, {"status": 0})
    assert (begun["code"], ended["code"]) == (20060, 20061)


async def test_maintenance_can_come_unannounced(paper: PaperExchange) -> None:
    async with connect(paper.ws_url) as client:
        await heard(client)
        with paper.fault(Maintenance(announced=False), must_strike=False):
            await client.send('{"event":"ping","cid":1}')
            answer = await heard(client)

    assert answer["event"] == "pong"


async def test_of_two_maintenances_the_longer_one_ends_it(paper: PaperExchange) -> None:
    async with connect(paper.ws_url) as client:
        await heard(client)
        with paper.fault(Maintenance(), must_strike=False):
            begun = await heard(client)
            with paper.fault(Maintenance(), must_strike=False):
                pass
            async with connect(paper.ws_url) as late:
                between = await heard(late)
        ended = await heard(client)

    assert (begun["code"], ended["code"]) == (20060, 20061)
    assert between["platform"] == {"status": 0}


def test_an_address_can_be_banned_everywhere(paper: PaperExchange, caller: Caller) -> None:
    with paper.fault(Ban(60, path="/v2/ticker/*")) as fault:
        first = caller.public("/v2/platform/status")
        banned = caller.public("/v2/ticker/tBTCUSD")
        elsewhere = caller.answer("auth/r/wallets")
    handshake = requests.get(f"{paper.rest_url}/ws/2", headers={"Upgrade": "websocket"}, timeout=10)

    assert fault.fired == 1
    assert first.status_code == 200
    assert (banned.status_code, banned.json()) == (429, {"error": "ERR_RATE_LIMIT"})
    assert elsewhere.status_code == handshake.status_code == 429


def test_an_address_can_be_banned_from_one_family(paper: PaperExchange, caller: Caller) -> None:
    with paper.fault(Ban(60, everywhere=False, path="/v2/ticker/*")):
        banned = caller.public("/v2/ticker/tBTCUSD")
    still = caller.public("/v2/ticker/tETHUSD")
    elsewhere = caller.public("/v2/platform/status")

    assert banned.status_code == still.status_code == 429
    assert elsewhere.status_code == 200


def test_a_ban_ends(paper: PaperExchange, caller: Caller) -> None:
    with paper.fault(Ban(0.05)):
        banned = caller.public("/v2/platform/status")
    for _ in range(1000):
        if (after := caller.public("/v2/platform/status")).status_code == 200:
            break

    assert (banned.status_code, after.status_code) == (429, 200)


def test_a_pair_can_be_delisted(paper: PaperExchange, caller: Caller) -> None:
    (waiting,) = caller.submit("0.1", "50000")[4]
    with paper.fault(DelistedPair("tBTCUSD")) as fault:
        ticker = caller.public("/v2/ticker/tBTCUSD")
        order = caller.submit("0.1", "50000")
        listed = caller.public("/v2/conf/pub:list:pair:exchange").json()
        paper.step(30)
    (past,) = caller.v2("auth/r/orders/tBTCUSD/hist")
    back = caller.public("/v2/conf/pub:list:pair:exchange").json()

    assert fault.fired >= 3
    assert ticker.json() == ["error", 10020, "symbol: invalid"]
    assert order == ["error", 10020, "symbol: invalid"]
    assert "BTCUSD" not in listed[0]
    assert (past[0], past[13]) == (waiting[0], "CANCELED")
    assert back[0][0] == "BTCUSD"
    assert paper.best_prices("tBTCUSD")


def test_only_requests_that_miss_the_pair_count(paper: PaperExchange, caller: Caller) -> None:
    with pytest.raises(NeverStruck), paper.fault(DelistedPair("tBTCUSD")):
        caller.public("/v2/ticker/tETHUSD")


@pytest.mark.parametrize(
    "asked",
    [
        {"channel": "ticker", "symbol": "tBTCUSD"},
        {"channel": "candles", "key": "trade:1m:tBTCUSD"},
    ],
)
async def test_a_refused_subscription_misses_the_pair_too(
    paper: PaperExchange, asked: dict[str, str]
) -> None:
    async with connect(paper.ws_url) as client:
        await heard(client)
        with paper.fault(DelistedPair("tBTCUSD")) as fault:
            await client.send(json.dumps({"event": "subscribe", "channel": "x"}))
            await heard(client)
            await client.send(json.dumps({"event": "subscribe"} | asked))
            answer = await heard(client)

    assert (answer["event"], answer["code"]) == ("error", 10300)
    assert fault.fired == 1


def test_an_unknown_pair_cannot_be_delisted(paper: PaperExchange) -> None:
    with pytest.raises(KeyError), paper.fault(DelistedPair("tNOPE")):
        pass
    assert list(paper.faults) == []


@pytest.mark.parametrize("seconds", [3600, -3600])
def test_the_exchange_s_clock_can_be_off(
    paper: PaperExchange, caller: Caller, seconds: int
) -> None:
    def date() -> float:
        answer = caller.public("/v2/platform/status")
        return parsedate_to_datetime(answer.headers["Date"]).timestamp()

    before = date()
    with paper.fault(SkewedClock(seconds)) as fault:
        during = date()
        (order,) = caller.submit("0.1", "50000")[4]
        paper.step(30)
    after = date()

    assert fault.fired == 2
    assert seconds - 1 <= during - before <= seconds + 20
    assert 0 <= after - before <= 20
    assert abs(order[4] / 1000 - during) < 20
    assert paper.order(order[0]).account == KEY.owner
