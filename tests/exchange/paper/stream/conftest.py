"""An engine with everything there is to look at, perpetuals and funding included."""

from __future__ import annotations

import pytest

from exchange.paper.engine import Engine
from tests.exchange.paper.clock import Clock


@pytest.fixture
def everything(clock: Clock) -> Engine:
    return Engine(seed=1, clock=clock)
