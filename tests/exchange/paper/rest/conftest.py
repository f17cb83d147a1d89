"""Exchanges of a few markets, one of them with a key that may move money and a clock of ours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from exchange.paper import PaperExchange, running_paper
from tests.exchange.paper.caller import KEY, MOVER, Caller
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.few import FEW_MARKETS


@pytest.fixture
def few() -> Iterator[PaperExchange]:
    with running_paper(keys=[KEY], listed=FEW_MARKETS) as paper:
        paper.pause()
        yield paper


@pytest.fixture
def still_clock() -> Clock:
    return Clock()


@pytest.fixture
def bank(still_clock: Clock) -> Iterator[PaperExchange]:
    with running_paper(keys=[MOVER, KEY], clock=still_clock, listed=FEW_MARKETS) as paper:
        paper.pause()
        yield paper


@pytest.fixture
def mover(bank: PaperExchange) -> Caller:
    return Caller(bank.rest_url, MOVER)
