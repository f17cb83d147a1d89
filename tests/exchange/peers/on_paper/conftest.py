"""Other people's clients, and for each test a paper exchange of its own to run them on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.paper import PaperExchange, PaperKey, running_paper
from exchange.paper.stream.subscriptions import Pace
from tests.exchange.paper.few import FEW_MARKETS
from tests.exchange.peers import environments
from tests.exchange.peers.peer import Peer, running

HERE = Path(__file__).parent
KEY = PaperKey("key", "secret")
# A ticker, a checksum and a fee come in no time, so that nobody waits for them.
QUICK = Pace(ticker_ms=100, checksum_ms=100, charged_ms=100)


@pytest.fixture
def paper() -> Iterator[PaperExchange]:
    """A few markets that have just stopped; tests decide what happens."""
    with running_paper(seed=1, keys=[KEY], listed=FEW_MARKETS, pace=QUICK) as exchange:
        exchange.pause()
        yield exchange


def started(name: str, transport: str) -> Iterator[Peer]:
    """Run a client's driver for a transport among the packages of that client."""
    if name == "node":
        script = HERE / f"drive_node_{transport}.js"
        interpreter, packages = Path("node"), [environments.node_modules()]
    else:
        script = HERE / f"drive_{name}_{transport}.py"
        package = {"official": "bitfinex-api-py", "ccxt": "ccxt"}[name]
        interpreter, packages = environments.python(package), []
    with running(interpreter, script, *packages) as peer:
        yield peer


CLIENTS = ["official", "ccxt", "node"]


@pytest.fixture(scope="session", params=CLIENTS)
def client(request: pytest.FixtureRequest) -> Iterator[Peer]:
    """Each client in turn, over REST."""
    yield from started(request.param, "rest")


@pytest.fixture(scope="session", params=CLIENTS)
def listener(request: pytest.FixtureRequest) -> Iterator[Peer]:
    """Each client in turn, over the stream."""
    yield from started(request.param, "stream")
