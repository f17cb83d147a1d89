"""The account's stream in Tidewatch as it runs: on one machine, scaled out, killed and frozen."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from websockets.sync.client import ClientConnection, connect

from exchange import Credentials, NewOrder, RestV2, SqliteNonces
from tests.product.running import ROOT, Tidewatch, running, until
from tests.product.scaled import running_scaled
from tests.product.servers import stopped_at_end

pytestmark = pytest.mark.timeout(240)
KEY = Credentials("paper-key", "paper-secret")
TAKEN_OVER_SECONDS = 5.0
STALE_SECONDS = 25
BACK_SECONDS = 10
SHOWN_SECONDS = 1.0
# Nobody else's, so that its order is known by it.
PRICE = "10007"


@pytest.fixture(scope="module")
def tidewatch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tidewatch]:
    home = tmp_path_factory.mktemp("streams")
    with running(home, PAPER_KEY=KEY.key, PAPER_SECRET=KEY.secret) as tidewatch:
        tidewatch.welcome_url()
        yield tidewatch


def is_heard(tidewatch: Tidewatch) -> bool:
    return tidewatch.get("/health/accounts/")[0] == 200


def state_of(tidewatch: Tidewatch) -> Path:
    return Path(tidewatch.environment["TIDEWATCH_HOME"]) / "paper"


def lease(tidewatch: Tidewatch) -> tuple[int, str]:
    """Return which change of holders this is, and when the exchange last spoke (UTC)."""
    database = sqlite3.connect(state_of(tidewatch) / "tidewatch.sqlite3")
    with contextlib.closing(database):
        row: tuple[int, str] = database.execute(
            "SELECT epoch, heard_at FROM accounts_streamlease"
        ).fetchone()
    return row


def test_the_account_is_heard_on_one_machine(tidewatch: Tidewatch) -> None:
    until(lambda: is_heard(tidewatch), "the account's stream", 30)
    health = json.loads(tidewatch.get("/health/accounts/")[2])

    assert (health["connected"], health["heard"]) == (1, 1)


@contextlib.contextmanager
def standby(tidewatch: Tidewatch) -> Iterator[None]:
    """Run a second worker beside the one that the supervisor keeps; it has begun when this does."""
    log = tidewatch.home / "standby"
    celery = [str(Path(sys.executable).parent / "celery"), "--app", "dashboard", "worker"]
    words = ["--pool", "threads", "--concurrency", "1", "--loglevel", "INFO", "--without-gossip"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*celery, *words, "--without-mingle"],
            cwd=ROOT,
            env=tidewatch.environment | {"C_FORCE_ROOT": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    with stopped_at_end(process):
        until(lambda: " ready." in log.read_text(), "the second worker", 30)
        yield


def test_another_worker_hears_the_account_within_five_seconds_of_the_death_of_the_first(
    tidewatch: Tidewatch,
) -> None:
    until(lambda: is_heard(tidewatch), "the account's stream", 30)
    worker = max(tidewatch.children())
    with standby(tidewatch):
        epoch, heard_at = lease(tidewatch)
        os.kill(worker, signal.SIGKILL)
        killed = time.monotonic()
        until(
            lambda: lease(tidewatch)[0] > epoch and lease(tidewatch)[1] > heard_at,
            "the word that another worker hears",
        )
        took = time.monotonic() - killed

    assert took <= TAKEN_OVER_SECONDS


def test_a_frozen_exchange_makes_the_account_stale_and_its_return_makes_it_live(
    tidewatch: Tidewatch,
) -> None:
    until(lambda: is_heard(tidewatch), "the account's stream", 30)
    paper = min(tidewatch.children())
    os.kill(paper, signal.SIGSTOP)
    try:
        until(lambda: not is_heard(tidewatch), "a stale account", STALE_SECONDS)
    finally:
        os.kill(paper, signal.SIGCONT)

    assert until(lambda: is_heard(tidewatch), "the account again", BACK_SECONDS)


def signed_in(tidewatch: Tidewatch) -> str:
    """Return the cookie of a new session."""
    _, headers, _ = tidewatch.get(tidewatch.fresh_link().removeprefix(tidewatch.url))
    return headers["set-cookie"].partition(";")[0]


def seconds_until_shown(
    tidewatch: Tidewatch, page: ClientConnection, cookie: str, mark: bytes, since: float
) -> float:
    """Fetch the orders whenever the page is told that they changed, until the mark is there."""

    def is_shown() -> bool:
        if 'data-event="orders-changed"' not in str(page.recv(timeout=10)):
            return False
        return mark in tidewatch.get("/orders/", Cookie=cookie)[2]

    until(is_shown, "the order on a page")
    return time.monotonic() - since


def test_what_is_done_at_the_exchange_is_in_two_browsers_within_a_second(
    tidewatch: Tidewatch,
) -> None:
    until(lambda: is_heard(tidewatch), "the account's stream", 30)
    rest = RestV2(
        f"http://127.0.0.1:{tidewatch.environment['PAPER_PORT']}",
        credentials=KEY,
        nonces=SqliteNonces(state_of(tidewatch) / "nonces.sqlite3"),
    )
    cookies = [signed_in(tidewatch), signed_in(tidewatch)]
    address = f"ws://localhost:{tidewatch.port}/live/"
    with contextlib.ExitStack() as open_pages, contextlib.closing(rest):
        pages = [
            open_pages.enter_context(
                connect(address, origin=tidewatch.url, additional_headers={"Cookie": cookie})
            )
            for cookie in cookies
        ]
        rest.submit_order(
            NewOrder(
                symbol="tBTCUSD",
                type="EXCHANGE LIMIT",
                amount=Decimal("0.001"),
                price=Decimal(PRICE),
            )
        )
        since = time.monotonic()
        took = [
            seconds_until_shown(tidewatch, page, cookie, PRICE.encode(), since)
            for page, cookie in zip(pages, cookies, strict=True)
        ]

    assert max(took) <= SHOWN_SECONDS


def test_the_account_is_heard_scaled_out(tmp_path: Path) -> None:
    with running_scaled(tmp_path) as scaled:
        scaled.welcome_url()

        assert until(lambda: is_heard(scaled), "the account's stream", 60)
