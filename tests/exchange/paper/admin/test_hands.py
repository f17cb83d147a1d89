from __future__ import annotations

import asyncio
import json

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError

from exchange.paper import PaperExchange
from tests.exchange.paper.admin.conftest import Admin
from tests.exchange.paper.caller import KEY, Caller


def test_time_stands_still_moves_by_steps_and_goes_on(paper: PaperExchange, admin: Admin) -> None:
    paused = admin.press("/pause")
    first = paper.best_prices("tBTCUSD")
    admin.press("/step", steps=50)
    stepped = paper.best_prices("tBTCUSD")
    running = admin.press("/resume")

    assert (paused["is_paused"], running["is_paused"]) == (True, False)
    assert stepped != first


def test_the_state_is_told_without_changing_it(admin: Admin, caller: Caller) -> None:
    caller.public("/v2/platform/status")
    state, again = admin.look("/"), admin.look("")

    assert state["markets"] == 3
    assert state["is_paused"] is True
    assert state["counts"]["request"] == again["counts"]["request"] == 1


def test_a_price_is_moved_and_orders_fill(paper: PaperExchange, admin: Admin) -> None:
    placed = admin.press(
        "/orders", account=KEY.owner, symbol="tBTCUSD", amount="0.1", price="50000", cid=5
    )
    prices = admin.press("/move_price", symbol="tBTCUSD", price="49990")
    order = admin.look(f"/orders/{placed['id']}")

    assert (placed["status"], placed["cid"], placed["amount"]) == ("ACTIVE", 5, "0.1")
    assert prices["symbol"] == "tBTCUSD"
    assert float(prices["bid"]) < 50000
    assert (order["status"], order["is_open"]) == ("EXECUTED @ 50000(0.1)", False)
    assert order["executed"] == "0.1"


def test_a_bot_trades_and_says_how_much(paper: PaperExchange, admin: Admin) -> None:
    better = str(int(paper.best_prices("tBTCUSD")[0]) + 1)
    placed = admin.press("/orders", account="ann", symbol="tBTCUSD", amount="0.5", price=better)
    traded = admin.press("/trade", symbol="tBTCUSD", amount="-0.2", price=better)
    free = admin.press("/trade", symbol="tBTCUSD", amount="0.1")

    assert traded["traded"] == "0.2"
    assert free["traded"] == "0.1"
    assert admin.look(f"/orders/{placed['id']}")["status"].startswith("PARTIALLY FILLED")


def test_an_order_is_cancelled_as_from_elsewhere(admin: Admin) -> None:
    placed = admin.press("/orders", account="ann", symbol="tBTCUSD", amount="0.1", price="50000")
    cancelled = admin.press("/orders/cancel", id=placed["id"])
    (change,) = admin.look("/ledger/changes")["records"]

    assert cancelled["status"] == "CANCELED"
    assert (change["what"], change["id"], change["came_by"]) == ("cancel", placed["id"], "hand")


def test_wallets_are_shown(admin: Admin) -> None:
    admin.press("/orders", account=KEY.owner, symbol="tBTCUSD", amount="0.1", price="50000")
    wallets = {(row["kind"], row["currency"]): row for row in admin.look(f"/wallets/{KEY.owner}")}

    assert wallets["exchange", "USD"]["balance"].startswith("50000")
    assert wallets["exchange", "USD"]["available"].startswith("45000")
    assert admin.refused("GET", "/wallets/nobody") == (404, "there is no account nobody")


async def test_sockets_are_told_and_cut_and_silenced(paper: PaperExchange, admin: Admin) -> None:
    async with connect(paper.ws_url) as client, asyncio.timeout(10):
        await client.recv()
        told = await asyncio.to_thread(admin.press, "/announce", code=20051, text="bye")
        announced = json.loads(await client.recv())
        silent = await asyncio.to_thread(admin.press, "/mute")
        await client.send('{"event":"ping","cid":1}')
        await asyncio.to_thread(admin.press, "/unmute")
        await client.send('{"event":"ping","cid":2}')
        pong = json.loads(await client.recv())
        cut = await asyncio.to_thread(admin.press, "/cut_sockets")
        with pytest.raises(ConnectionClosedError):
            await client.recv()

    assert told == cut == {"sockets": 1}
    assert silent["sockets"] == 1
    assert (announced["code"], announced["msg"]) == (20051, "bye")
    assert pong["event"] == "pong"


@pytest.mark.parametrize(
    ("path", "members", "words"),
    [
        ("/step", {"steps": 0}, "steps: from 1"),
        ("/step", {"steps": "1"}, "steps: must be a whole number"),
        ("/announce", {}, "code: must be a whole number"),
        ("/announce", {"code": True}, "code: must be a whole number"),
        ("/move_price", {"price": "1"}, "symbol: must be text"),
        ("/move_price", {"symbol": "tBTCUSD", "price": 1.5}, "price: must be a number as text"),
        ("/move_price", {"symbol": "tBTCUSD", "price": "x"}, "price: must be a number as text"),
        ("/orders", {"account": "a", "symbol": "tBTCUSD", "amount": "0.00000001"}, "Invalid order"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    admin: Admin, path: str, members: dict[str, object], words: str
) -> None:
    status, told = admin.refused("POST", path, json=members)

    assert status == 400
    assert told.startswith(words)


def test_what_is_not_there_is_not_found(admin: Admin) -> None:
    assert admin.refused("GET", "/orders/5") == (404, "there is no 5")
    assert admin.refused("GET", "/nothing") == (404, "there is no GET /admin/nothing")
    assert admin.refused("POST", "/move_price", json={"symbol": "tNO", "price": "1"})[0] == 404
