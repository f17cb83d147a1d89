"""The other clients, started once for all comparisons."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.exchange.peers.peer import Peer, running_peer
from tests.exchange.peers.recorded import Recorded, recorded_exchange


@pytest.fixture(scope="session")
def official() -> Iterator[Peer]:
    with running_peer("bitfinex-api-py", "drive_official.py") as peer:
        yield peer


@pytest.fixture(scope="session")
def ccxt() -> Iterator[Peer]:
    with running_peer("ccxt", "drive_ccxt.py") as peer:
        yield peer


@pytest.fixture(scope="session")
def exchange() -> Iterator[Recorded]:
    with recorded_exchange() as exchange:
        yield exchange


@pytest.fixture(autouse=True)
def no_answers_of_another_test(exchange) -> None:
    exchange.forget()
