"""One paper exchange for all conversations, and for each test an account of its own on it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from exchange.credentials import Credentials
from exchange.limits import NoBudget
from exchange.paper import PaperExchange, PaperKey, running_paper
from exchange.paper.keys import SCOPES
from exchange.rest_v1 import RestV1
from exchange.rest_v2 import RestV2

_EVERYTHING = dict.fromkeys(SCOPES, (1, 1))
_KEYS = [PaperKey(f"key-{place}", "a-secret", _EVERYTHING) for place in range(200)]
_places = count()


@pytest.fixture(scope="package")
def market_place() -> Iterator[PaperExchange]:
    with running_paper(seed=7, keys=_KEYS) as paper:
        paper.pause()
        yield paper


@pytest.fixture
def account() -> str:
    return _KEYS[next(_places)].key


@pytest.fixture
def credentials(account: str) -> Credentials:
    return Credentials(account, "a-secret")


@pytest.fixture
def v2(market_place: PaperExchange, credentials: Credentials) -> Iterator[RestV2]:
    client = RestV2(market_place.rest_url, credentials=credentials, budget=NoBudget())
    yield client
    client.close()


@pytest.fixture
def v1(market_place: PaperExchange, credentials: Credentials) -> Iterator[RestV1]:
    client = RestV1(market_place.rest_url, credentials=credentials, budget=NoBudget())
    yield client
    client.close()
