"""From the paper exchange's trade to a row that says that it rang, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from django.conf import settings

from dashboard.accounts.exchange_api import read_api
from dashboard.accounts.models import User
from dashboard.alerts import services
from dashboard.alerts.models import PriceAlert, WatcherLease
from dashboard.alerts.watcher import Watcher
from dashboard.live.relay import Relay
from dashboard.markets.models import Instrument
from exchange.paper import PaperExchange, running_paper
from tests.dashboard.conftest import SetPrice

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 30


def until(is_so: Callable[[], bool], what: str) -> None:
    pause = threading.Event()
    for _ in range(PATIENCE_SECONDS * 20):
        if is_so():
            return
        pause.wait(0.05)
    pytest.fail(f"{what} did not come to pass in {PATIENCE_SECONDS} s")


class RelayThread(threading.Thread):
    """A relay as a worker runs it, in a loop of its own."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.loop = asyncio.new_event_loop()
        self.task: asyncio.Task[None] | None = None

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.task = self.loop.create_task(Relay(read_api().tickers(lambda listed: ())).run())
        with contextlib.suppress(asyncio.CancelledError):
            self.loop.run_until_complete(self.task)
        self.loop.close()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(lambda: self.task and self.task.cancel())
        self.join(10)


@pytest.fixture
def still_paper(monkeypatch: pytest.MonkeyPatch) -> Iterator[PaperExchange]:
    with running_paper(seed=3) as paper:
        paper.pause()
        for name in ("EXCHANGE_PUBLIC_URL", "EXCHANGE_AUTH_URL"):
            monkeypatch.setattr(settings, name, paper.rest_url)
        monkeypatch.setattr(settings, "EXCHANGE_STREAM_URL", paper.ws_url)
        yield paper


@pytest.fixture
def relay(still_paper: PaperExchange) -> Iterator[RelayThread]:
    thread = RelayThread()
    thread.start()
    yield thread
    thread.stop()


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    made = Watcher()
    made.start()
    yield made
    made.stop()


def has_rung(alert: PriceAlert) -> bool:
    alert.refresh_from_db()
    return alert.rang_at is not None


def test_an_alert_rings_when_the_exchange_trades_at_its_price(
    owner: User,
    bitcoin: Instrument,
    still_paper: PaperExchange,
    relay: RelayThread,
    watcher: Watcher,
    set_price: SetPrice,
) -> None:
    bid, ask = still_paper.best_prices("tBTCUSD")
    set_price("tBTCUSD", format(bid, "f"))
    near = services.set_alert(owner, bitcoin, ask * 2)
    far = services.set_alert(owner, bitcoin, ask * 4)
    until(lambda: watcher.comparing.symbols == ["tBTCUSD"], "the watch")

    still_paper.move_price("tBTCUSD", ask * 3)
    still_paper.trade("tBTCUSD", "0.5")

    until(lambda: has_rung(near), "the ring")
    assert near.rang_price is not None
    assert near.rang_price >= near.price
    assert not has_rung(far)


def test_of_two_workers_one_watches_and_the_other_takes_over(
    owner: User, live_bitcoin: Instrument, watcher: Watcher
) -> None:
    services.set_alert(owner, live_bitcoin, Decimal("70000"))
    until(lambda: watcher.comparing.symbols != [], "the watch")
    standby = Watcher()
    standby.start()
    until(lambda: standby.is_alive() and standby.task is not None, "the standby")
    held = WatcherLease.objects.get()
    assert standby.comparing.symbols == []

    watcher.stop()
    until(lambda: standby.comparing.symbols != [], "the takeover")
    taken = WatcherLease.objects.get()
    standby.stop()

    assert (held.holder, taken.holder) == (watcher.holder, standby.holder)
    assert WatcherLease.objects.get().held_until is None


def test_nobody_listens_while_nothing_is_waited_for(owner: User, watcher: Watcher) -> None:
    until(lambda: WatcherLease.objects.filter(holder=watcher.holder).exists(), "the lease")

    assert watcher.comparing.symbols == []
    assert watcher.is_alive()
