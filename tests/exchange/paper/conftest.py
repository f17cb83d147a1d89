"""A clock, an engine and a running exchange for whoever asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from exchange.paper import PaperExchange, running_paper
from exchange.paper.engine import Engine
from exchange.paper.market.markets import catalogue
from tests.exchange.paper.caller import KEY, Caller
from tests.exchange.paper.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(clock: Clock) -> Engine:
    """BTC, ETH and UST against USD; quick to open, and still while nobody steps it."""
    return Engine(seed=1, clock=clock, listed=catalogue()[:3])


@pytest.fixture
def paper() -> Iterator[PaperExchange]:
    """A server whose bots have just stopped, so that tests decide what happens."""
    with running_paper(seed=1, keys=[KEY]) as exchange:
        exchange.pause()
        yield exchange


@pytest.fixture
def caller(paper: PaperExchange) -> Caller:
    return Caller(paper.rest_url)
