from __future__ import annotations

from collections.abc import Iterator

import pytest
from celery.exceptions import MaxRetriesExceededError
from pytest_django import Settings

from dashboard.markets import selectors, services, tasks
from tests.dashboard.markets.conftest import AnsweringServer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_exchange(settings: Settings, answering: AnsweringServer) -> Iterator[None]:
    settings.EXCHANGE_PUBLIC_URL = f"http://127.0.0.1:{answering.server_port}"
    services.public_client.cache_clear()
    yield
    services.public_client().close()
    services.public_client.cache_clear()


def test_the_task_learns_the_markets(answering: AnsweringServer) -> None:
    answering.answer = [["BTCUSD"], [], [], []]

    tasks.refresh_instruments.apply(throw=True)

    assert selectors.instrument("tBTCUSD") is not None
    assert len(answering.paths) == 1


def test_the_task_tries_again_for_a_while_and_then_leaves_it_to_beat(
    answering: AnsweringServer,
) -> None:
    answering.status, answering.answer = 500, ["error", 20060, "maintenance"]

    result = tasks.refresh_instruments.apply(retries=tasks.TRIES - 1)

    assert isinstance(result.result, MaxRetriesExceededError)
    assert len(answering.paths) == 2


def test_giving_up_for_now_is_no_error_in_the_log() -> None:
    assert tasks.refresh_instruments.throws == (MaxRetriesExceededError,)
