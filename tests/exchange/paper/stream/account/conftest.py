"""A conversation with a session whose key has been taken."""

from __future__ import annotations

import pytest

from exchange.paper.engine import Engine
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.stream.talking import Talk


@pytest.fixture
def talk(engine: Engine, clock: Clock) -> Talk:
    """Before authentication."""
    return Talk(engine, clock)


@pytest.fixture
def ann(talk: Talk) -> Talk:
    """After authentication, with the snapshots heard."""
    talk.authenticate()
    return talk
