"""An exchange with three markets, quick to start, for tests that spoil it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from exchange.paper import PaperExchange, running_paper
from exchange.paper.market.markets import catalogue
from tests.exchange.paper.caller import KEY, READER


@pytest.fixture
def paper() -> Iterator[PaperExchange]:
    """A server whose bots have just stopped, so that tests decide what happens."""
    with running_paper(keys=[KEY, READER], listed=catalogue()[:3]) as exchange:
        exchange.pause()
        yield exchange
