from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
import requests

from exchange.paper import PaperExchange, PaperKey, running_paper, serve
from exchange.paper.network.guides import Guide
from exchange.paper.refusals import Refusal
from tests.exchange.paper.caller import KEY, Caller
from tests.exchange.paper.few import FEW_MARKETS

PROGRAM = """
from exchange.paper import PaperKey, serve
serve(seed=4, keys=[PaperKey("k", "s")], on_ready=lambda rest, ws: print(rest, ws, flush=True))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_in_the_foreground_stops_cleanly(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        rest_url, ws_url = program.stdout.readline().split()
        status = requests.get(f"{rest_url}/v2/platform/status", timeout=10).json()
        program.send_signal(number)
        _, complaints = program.communicate(timeout=20)

    assert status == [1]
    assert ws_url == rest_url.replace("http", "ws") + "/ws/2"
    assert (program.returncode, complaints) == (0, "")


def test_the_same_port_can_be_taken_again() -> None:
    with running_paper() as paper:
        port = int(paper.rest_url.rpartition(":")[2])
        requests.get(f"{paper.rest_url}/v2/platform/status", timeout=10)
    with running_paper(port=port) as paper:
        assert requests.get(f"{paper.rest_url}/v2/platform/status", timeout=10).json() == [1]


def test_a_port_in_use_is_an_error_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(OSError, match="address already in use"), running_paper(port=port):
            pass


def test_two_runs_of_one_seed_start_alike() -> None:
    tapes = []
    for _ in range(2):
        with running_paper(seed=11, clock=lambda: 1_795_000_000_000) as paper:
            paper.pause()
            tapes.append(Caller(paper.rest_url).public("/v2/trades/tXRPUSD/hist").json()[-30:])

    assert tapes[0] == tapes[1]


def test_a_moved_price_fills_a_waiting_order(paper: PaperExchange) -> None:
    order_id = paper.place(KEY.owner, "tBTCUSD", "0.1", "50000")
    before = paper.available(KEY.owner, "USD")
    paper.move_price("tBTCUSD", "49990")
    order = paper.order(order_id)

    assert before == Decimal(45_000)
    assert order.status() == "EXECUTED @ 50000(0.1)"
    assert paper.balance(KEY.owner, "USD") == Decimal(45_000)
    assert paper.balance(KEY.owner, "BTC") == Decimal("0.5999")


def test_a_paused_market_stands_still(paper: PaperExchange) -> None:
    first = paper.best_prices("tBTCUSD")
    paper.step(50)
    stepped = paper.best_prices("tBTCUSD")

    assert first != stepped
    assert paper.best_prices("tBTCUSD") == stepped


def test_a_resumed_market_moves_again(paper: PaperExchange) -> None:
    first = paper.best_prices("tBTCUSD")
    paper.resume()
    deadline = time.monotonic() + 20
    while paper.best_prices("tBTCUSD") == first:
        assert time.monotonic() < deadline


def test_an_empty_side_has_no_best_price(paper: PaperExchange) -> None:
    paper.trade("tBTCUSD", "1000000")

    with pytest.raises(ValueError, match="tBTCUSD has an empty side"):
        paper.best_prices("tBTCUSD")


def test_bots_refill_an_emptied_book(paper: PaperExchange) -> None:
    paper.trade("tBTCUSD", "1000000")
    paper.trade("tBTCUSD", "-1000000")
    paper.step(100)
    bid, ask = paper.best_prices("tBTCUSD")

    assert bid < ask < bid + 50


def test_a_bot_can_be_told_to_fill_part_of_an_order(paper: PaperExchange) -> None:
    better = int(paper.best_prices("tBTCUSD")[0]) + 1
    order_id = paper.place(KEY.owner, "tBTCUSD", "0.5", str(better))
    paper.trade("tBTCUSD", "-0.2", str(better))

    assert paper.order(order_id).status() == f"PARTIALLY FILLED @ {better}(0.2)"


def test_hooks_raise_where_they_are_called(paper: PaperExchange) -> None:
    with pytest.raises(Refusal, match="minimum size"):
        paper.place(KEY.owner, "tBTCUSD", "0.00001")
    with pytest.raises(KeyError):
        paper.order(5)


def test_an_order_can_be_cancelled_from_elsewhere(paper: PaperExchange) -> None:
    order_id = paper.place(KEY.owner, "tBTCUSD", "0.1", "50000", cid=5)
    paper.cancel(order_id)

    assert paper.order(order_id).status() == "CANCELED"
    assert paper.order(order_id).cid == 5


def test_a_running_market_moves_by_itself() -> None:
    with running_paper(speed=20) as paper:
        seen = {paper.best_prices("tBTCUSD")}
        for _ in range(500):
            seen.add(paper.best_prices("tBTCUSD"))
            if len(seen) > 3:
                break
            requests.get(f"{paper.rest_url}/v2/platform/status", timeout=10)

    assert len(seen) > 3


def test_keys_have_accounts_of_their_own_or_share_one() -> None:
    shared = [PaperKey("a", "s", account="us"), PaperKey.read_only("b", "s", account="us")]
    with running_paper(keys=[*shared, KEY]) as paper:
        paper.pause()
        paper.place("us", "tBTCUSD", "0.1", "50000")

        assert paper.available("us", "USD") == Decimal(45_000)
        assert paper.available(KEY.owner, "USD") == Decimal(50_000)


def test_money_arrives_as_if_it_had_been_sent(paper: PaperExchange) -> None:
    before = paper.balance(KEY.owner, "BTC")
    movement_id = paper.deposit(KEY.owner, "bitcoin", "0.25")
    rows = Caller(paper.rest_url).v2("auth/r/movements/hist")

    assert paper.balance(KEY.owner, "BTC") == before + Decimal("0.25")
    assert movement_id in [row[0] for row in rows]


class Unwelcome(Exception):
    """What whoever starts an exchange makes of its addresses."""


def test_outside_the_main_thread_it_ends_with_whoever_started_it() -> None:
    told: list[str] = []

    def refuse(rest_url: str, ws_url: str) -> None:
        told.append(rest_url)
        raise Unwelcome

    with ThreadPoolExecutor() as pool, pytest.raises(Unwelcome):
        pool.submit(serve, listed=FEW_MARKETS, on_ready=refuse).result(30)
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{told[0]}/v2/platform/status", timeout=10)


def test_nobody_has_to_be_told_its_addresses() -> None:
    met: list[bool] = []

    async def end(guide: Guide) -> None:
        met.append(guide.knows("tBTCUSD"))
        signal.raise_signal(signal.SIGTERM)

    serve(listed=FEW_MARKETS, beside=[end])

    assert met == [True]
