"""The accounts' streams as a worker runs them, and a bounded wait for what they bring about."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connections

from dashboard.accounts.models import ExchangeAccount, StreamLease
from dashboard.accounts.stream import holder
from dashboard.accounts.stream.holder import AccountStreams
from dashboard.processes.streams_step import LISTENERS
from exchange.paper import PaperExchange
from tests.product.running import until

Start = Callable[[], AccountStreams]


@pytest.fixture
def start(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start what a worker starts, as often as there are workers; all stop at the end."""
    monkeypatch.setattr(holder, "ROUND_SECONDS", 0.1)
    started: list[AccountStreams] = []

    def begin() -> AccountStreams:
        streams = AccountStreams(LISTENERS)
        streams.start()
        started.append(streams)
        return streams

    yield begin
    for streams in started:
        streams.stop()
        assert not streams.is_alive()
    connections.close_all()


@pytest.fixture
def hearing(start: Start, paper: PaperExchange, account: ExchangeAccount) -> AccountStreams:
    """The owner's account heard by one worker, its snapshots stored."""
    streams = start()
    until(lambda: is_heard(account), "the account's stream")
    return streams


def is_heard(account: ExchangeAccount) -> StreamLease | None:
    """Return the account's lease while somebody hears its stream."""
    return StreamLease.objects.filter(
        name=str(account.pk), heard_at__isnull=False, reason=""
    ).first()
