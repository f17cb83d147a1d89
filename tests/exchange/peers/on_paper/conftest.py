"""Other people's clients, and for each test a paper exchange of its own to run them on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from exchange.paper import PaperExchange, PaperKey, running_paper
from exchange.paper.stream.subscriptions import Pace
from tests.exchange.paper.few import FEW_MARKETS
from tests.exchange.peers import environments
from tests.exchange.peers.peer import Peer, running

DRIVERS = Path(__file__).parent / "drivers"
KEY = PaperKey("key", "secret")
PACKAGES = {"official": "bitfinex-api-py", "ccxt": "ccxt"}
CLIENTS = [*PACKAGES, "node"]

# A client and a transport.
Start = Callable[[str, str], Peer]
# A ticker, a checksum and a fee come in no time, so that nobody waits for them.
QUICK = Pace(ticker_ms=100, checksum_ms=100, charged_ms=100)


@pytest.fixture
def paper() -> Iterator[PaperExchange]:
    """A few markets that have just stopped; tests decide what happens."""
    with running_paper(seed=1, keys=[KEY], listed=FEW_MARKETS, pace=QUICK) as exchange:
        exchange.pause()
        yield exchange


@pytest.fixture(scope="session")
def start() -> Iterator[Start]:
    """Start a client's driver for a transport among the packages of that client, once."""
    with ExitStack() as running_drivers:

        @cache
        def started(name: str, transport: str) -> Peer:
            if name == "node":
                script = DRIVERS / f"node_{transport}.js"
                driver = running(Path("node"), script, environments.node_modules())
            else:
                script = DRIVERS / f"{name}_{transport}.py"
                driver = running(environments.python(PACKAGES[name]), script)
            return running_drivers.enter_context(driver)

        yield started


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest, start: Start) -> Peer:
    """Each client in turn, over REST."""
    return start(request.param, "rest")


@pytest.fixture(params=CLIENTS)
def listener(request: pytest.FixtureRequest, start: Start) -> Peer:
    """Each client in turn, on the stream."""
    return start(request.param, "stream")
