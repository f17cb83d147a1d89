"""What becomes of orders while a part of the product itself is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from redis import Redis

from tests.chaos.hands import SUBMIT
from tests.chaos.person import AWAY
from tests.chaos.rig import WEBS, WORKERS
from tests.chaos.rows.people import CANCELED, cancel, placed
from tests.chaos.rows.row import EITHER, NOT_SENT, THERE, Row, answered
from tests.chaos.trial import Trial
from tests.chaos.truth import Intent
from tests.product.running import ROOT, until

# Spends of a minute's calls all that polls may have; the rest is kept for orders.
SPEND = """
import django; django.setup()
from dashboard.accounts.clients import budget
from exchange.errors import RateLimited
for family in ("auth/r/orders", "auth/w/order/submit"):
    spent = 0
    try:
        while True:
            budget().spend(family)
            spent += 1
    except RateLimited:
        print(family, spent)
"""
FOUND_SECONDS = 60
LOST = {"kind": "after_accept"}


def redis_of(trial: Trial) -> Redis | None:
    """Return the rig's Redis, None where there is none."""
    url = trial.rig.environment.get("REDIS_URL")
    return None if url is None else Redis.from_url(url)


def workers_lost(trial: Trial, name: str) -> None:
    """Both workers die while a lost order is looked for; whoever comes next finds it."""
    answered(THERE, LOST)(trial, name)
    for worker in WORKERS:
        trial.rig.kill(worker)
    trial.rig.start(*WORKERS)
    trial.await_turn()


@contextmanager
def nothing_rings(trial: Trial) -> Iterator[None]:
    """Stop Redis for a block; where the broker is a folder of files, beat, which fills it."""
    redis = redis_of(trial)
    if redis is None:
        trial.rig.kill("beat")
        yield
        trial.rig.start("beat")
        return
    process = int(redis.info("server")["process_id"])
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def broker_down(trial: Trial, name: str) -> None:
    """A lost order is found and another one cancelled while no message arrives."""
    resting = placed(trial, name, CANCELED)
    answered(THERE, LOST)(trial, f"{name} lost")
    lost = trial.intents[-1]
    with nothing_rings(trial):
        cancel(trial, resting)
        until(lambda: is_found(trial, lost), f"{name}: the lost order is found", FOUND_SECONDS)
    trial.rig.await_ready(*WEBS)


def is_found(trial: Trial, intent: Intent) -> bool:
    trial.look(intent)
    return intent.state in THERE


def holder_killed(trial: Trial, name: str) -> None:
    """The process that has the key's turn dies; the next press waits until its lease is over."""
    with (
        ThreadPoolExecutor(1) as tab,
        trial.rig.exchange.fault("delay", path=SUBMIT, seconds=2) as held,
    ):
        first = tab.submit(trial.press, f"{name} killed", EITHER)
        until(lambda: trial.rig.exchange.fired(held), f"{name}: the first is on its way")
        trial.rig.kill("web-1")
        trial.press(f"{name} waiting", THERE | NOT_SENT, web="web-2")
        first.result()
    trial.rig.start("web-1")
    trial.await_turn()


def database_dies(trial: Trial, name: str) -> None:
    """The exchange has accepted; before its answer arrives the database is gone, and comes back."""
    database = trial.rig.database
    if database is None:
        return
    exchange = trial.rig.exchange
    typed, form = trial.review()
    trial.remember(name, form.values["token"], typed["amount"], THERE)
    before = len(exchange.orders())
    with (
        ThreadPoolExecutor(1) as tab,
        exchange.fault("delay", path=SUBMIT, seconds=trial.hurried(5)),
    ):
        pressing = tab.submit(trial.confirm, form)
        until(lambda: len(exchange.orders()) > before, f"{name}: accepted")
        trial.person.is_database_away = True
        database.crash()
        # The answer comes while there is no database to write it down in.
        seen = pressing.result()
        assert seen is not None, f"{name}: nobody answered the press"
        assert AWAY in seen.text, f"{name}: the press was answered by {seen.status}"
    database.start()
    trial.rig.await_ready(*WEBS)
    trial.person.is_database_away = False


def redis_emptied(trial: Trial, name: str) -> None:
    """Redis forgets everything between two presses: nonces and orders never were in it."""
    redis = redis_of(trial)
    if redis is None:
        return
    trial.press(f"{name} before", THERE)
    assert redis.dbsize(), f"{name}: Redis was empty before"
    redis.flushall()
    trial.press(name, THERE)


def calls_used_up(trial: Trial, name: str) -> None:
    """Polls have used up their share of the calls; the order leaves all the same."""
    typed, form = trial.review()
    trial.remember(name, form.values["token"], typed["amount"], THERE)
    spent = subprocess.run(
        [sys.executable, "-c", SPEND],
        cwd=ROOT,
        env=trial.rig.environment | {"DJANGO_SETTINGS_MODULE": "dashboard.settings"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert spent.count("auth/") == 2, f"{name}: {spent}"
    trial.confirm(form)


ROWS = (
    Row("F36", "both workers die while a lost order is looked for", workers_lost, is_alone=True),
    Row("F37", "no message arrives", broker_down, is_alone=True),
    Row("F38", "the database dies behind an accepted order", database_dies, is_alone=True),
    Row("F59", "the holder of the key's turn dies", holder_killed, is_alone=True),
    Row("F61", "Redis is emptied", redis_emptied, is_alone=True),
    Row("F62", "polls have used up their calls", calls_used_up, is_alone=True),
)
