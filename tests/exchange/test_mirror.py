"""A paper exchange that follows another one, over real sockets."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from decimal import Decimal

import pytest
import requests
from websockets.asyncio.server import ServerConnection, serve

from exchange.mirror import Mirror, mirrored_symbols
from exchange.paper import PaperExchange, PaperKey, running_paper
from exchange.paper.faults import Maintenance
from exchange.paper.market.markets import catalogue
from exchange.paper.stream.subscriptions import Pace
from exchange.stream.pacing import Timing

SYMBOLS = ["tBTCUSD", "tETHUSD"]
LISTED = [
    market for market in catalogue() if market.symbol in (*SYMBOLS, "tETHBTC", "tSOLUSD", "tXRPUSD")
]
FAST = Timing(silent_after=0.6, dropped_after=0.9, first_delay=0.05, tick=0.05)


@pytest.fixture
def real() -> Iterator[PaperExchange]:
    """The exchange that is followed; its bots stand still so that tests decide its prices."""
    pace = Pace(heartbeat_ms=100)
    with running_paper(seed=1, pace=pace, listed=LISTED[:-1]) as exchange:
        exchange.pause()
        exchange.move_price("tBTCUSD", "97000")
        exchange.move_price("tETHUSD", "3100")
        yield exchange


def mirrored(real: PaperExchange, *symbols: str) -> AbstractContextManager[PaperExchange]:
    mirror = Mirror(symbols or SYMBOLS, real.ws_url, FAST)
    keys = [PaperKey("trader", "secret")]
    return running_paper(seed=2, keys=keys, beside=[mirror], listed=LISTED)


@pytest.fixture
def paper(real: PaperExchange) -> Iterator[PaperExchange]:
    with mirrored(real) as exchange:
        wait_until(
            lambda: follows(exchange, real, "tBTCUSD") and follows(exchange, real, "tETHUSD")
        )
        yield exchange


def wait_until(is_true: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)


def prices(exchange: PaperExchange, symbol: str) -> tuple[Decimal, Decimal] | None:
    try:
        return exchange.best_prices(symbol)
    except ValueError:
        return None


def follows(paper: PaperExchange, real: PaperExchange, symbol: str) -> bool:
    return prices(paper, symbol) == prices(real, symbol) is not None


def is_operative(paper: PaperExchange) -> bool:
    return requests.get(f"{paper.rest_url}/v2/platform/status", timeout=5).json() == [1]


def test_best_prices_are_those_of_the_real_exchange(paper, real):
    real.move_price("tBTCUSD", "97850")

    wait_until(lambda: follows(paper, real, "tBTCUSD"))


def test_crosses_go_along(paper, real):
    real.move_price("tETHUSD", "4850")

    def is_dearer() -> bool:
        bid, _ = paper.best_prices("tETHBTC")
        return abs(bid / (Decimal(4850) / Decimal(97000)) - 1) < Decimal("0.01")

    wait_until(is_dearer)


def test_an_order_is_filled_when_the_real_price_reaches_it(paper, real):
    order_id = paper.place("trader", "tBTCUSD", "0.1", "96000")
    status_before = paper.order(order_id).status()
    real.move_price("tBTCUSD", "95000")

    wait_until(lambda: paper.order(order_id).status().startswith("EXECUTED @ 96000"))

    assert status_before == "ACTIVE"


def test_a_market_order_pays_the_real_price(paper, real):
    paper.pause()
    _, ask = real.best_prices("tBTCUSD")
    wait_until(lambda: follows(paper, real, "tBTCUSD"))
    order_id = paper.place("trader", "tBTCUSD", "0.001")

    assert paper.order(order_id).status() == f"EXECUTED @ {ask.normalize():f}(0.001)"


def test_an_order_inside_the_real_spread_waits(paper, real):
    paper.pause()
    wait_until(lambda: follows(paper, real, "tBTCUSD"))
    bid, ask = paper.best_prices("tBTCUSD")
    order_id = paper.place("trader", "tBTCUSD", "0.1", (bid + ask) / 2)
    real.trade("tBTCUSD", "0.00005")

    assert bid < (bid + ask) / 2 < ask
    assert paper.order(order_id).status() == "ACTIVE"


def test_without_live_prices_nothing_is_offered_and_the_platform_says_so(paper, real):
    real.mute()

    wait_until(lambda: prices(paper, "tBTCUSD") is None and prices(paper, "tETHUSD") is None)

    assert not is_operative(paper)
    order_id = paper.place("trader", "tBTCUSD", "0.1")
    assert paper.order(order_id).status() == "CANCELED"

    real.unmute()

    wait_until(lambda: follows(paper, real, "tBTCUSD"))
    assert is_operative(paper)


def test_prices_end_no_maintenance_but_their_own(paper, real):
    with paper.fault(Maintenance(key="nobody"), must_strike=False):
        real.mute()
        wait_until(lambda: prices(paper, "tBTCUSD") is None and prices(paper, "tETHUSD") is None)
        real.unmute()
        wait_until(lambda: follows(paper, real, "tBTCUSD"))
        during = is_operative(paper)

    assert not during
    assert is_operative(paper)


def test_a_maintenance_that_ends_brings_no_prices_back(paper, real):
    with paper.fault(Maintenance(key="nobody"), must_strike=False):
        real.mute()
        wait_until(lambda: prices(paper, "tBTCUSD") is None and prices(paper, "tETHUSD") is None)

    assert not is_operative(paper)


def test_a_lost_connection_is_made_again(paper, real):
    connections = len(real.ledger.requests)
    real.cut_sockets()

    wait_until(lambda: len(real.ledger.requests) > connections)
    wait_until(lambda: follows(paper, real, "tBTCUSD") and is_operative(paper))


def test_before_the_first_price_the_platform_is_in_maintenance(real):
    real.mute()
    with mirrored(real) as paper:
        wait_until(lambda: not is_operative(paper))

        assert prices(paper, "tBTCUSD") is None
        assert prices(paper, "tSOLUSD") is not None


def test_a_pair_the_real_exchange_does_not_know_stays_empty(real, caplog):
    unknown = LISTED[-1].symbol
    with mirrored(real, "tBTCUSD", unknown, "tNOPE") as paper:
        wait_until(lambda: follows(paper, real, "tBTCUSD"))
        wait_until(lambda: f"{unknown} is not mirrored: symbol: invalid" in caplog.text)

        assert prices(paper, unknown) is None
        assert is_operative(paper)


def test_while_the_real_exchange_is_in_maintenance_nothing_is_offered(paper, real):
    with real.fault(Maintenance(), must_strike=False):
        wait_until(lambda: prices(paper, "tBTCUSD") is None and not is_operative(paper))
    real.move_price("tBTCUSD", "97850")

    wait_until(lambda: follows(paper, real, "tBTCUSD"))


class Followed:
    """Whom the mirror leads here: it knows every pair and notes the best prices it is told."""

    def __init__(self) -> None:
        self.prices: list[tuple[Decimal, Decimal]] = []
        self.twice = asyncio.Event()

    def knows(self, symbol: str) -> bool:
        return True

    def follow(self, symbol: str, bid: Decimal, ask: Decimal) -> None:
        self.prices.append((bid, ask))
        if len(self.prices) == 2:
            self.twice.set()

    def lose(self, symbol: str) -> None:
        """Nothing is noted of it."""


async def test_what_leaves_the_best_prices_as_they_are_is_not_passed_on():
    frames = ("[[100,1,1],[101,1,-1]]", "[100,2,5]", "[101,0,-1]", "[102,1,-1]")

    async def talk(connection: ServerConnection) -> None:
        async for text in connection:
            asked = json.loads(text)
            if asked["event"] == "subscribe":
                await connection.send(json.dumps(asked | {"event": "subscribed", "chanId": 7}))
                for frame in frames:
                    await connection.send(f"[7,{frame}]")

    followed = Followed()
    async with serve(talk, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        mirror = Mirror(["tBTCUSD"], f"ws://127.0.0.1:{port}/ws/2", FAST)
        leading = asyncio.create_task(mirror(followed))
        await asyncio.wait_for(followed.twice.wait(), 15)
        leading.cancel()

    assert followed.prices == [(100, 101), (100, 102)]


def test_the_liveliest_pairs_are_mirrored():
    symbols = mirrored_symbols()

    assert symbols[:2] == ["tBTCUSD", "tETHUSD"]
    assert len(set(symbols)) == 50
    assert set(symbols) <= {market.symbol for market in catalogue()}
