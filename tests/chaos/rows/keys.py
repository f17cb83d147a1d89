"""Keys, nonces, clocks and limits."""

from __future__ import annotations

import signal
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from tests.chaos.hands import SUBMIT
from tests.chaos.rig import WEBS
from tests.chaos.rows.row import EITHER, NOT_SENT, REFUSED, THERE, Row, Run, answered
from tests.chaos.trial import Trial
from tests.product.running import until

# What a key that may only read is refused, or never lets out of the ticket.
HELD_BACK = REFUSED | NOT_SENT
HOLD_SECONDS = 3


def held_back(**planted: object) -> Run:
    """Press while the exchange refuses everything of this key."""

    def run(trial: Trial, name: str) -> None:
        typed, form = trial.review()
        trial.remember(name, form.values["token"], typed["amount"], HELD_BACK)
        with trial.rig.exchange.fault(**planted):  # type: ignore[arg-type]
            trial.confirm(form)
        # The key rests until the exchange is seen to take it again.
        trial.press(f"{name} over", THERE)

    return run


def off_by(seconds: int, ends: frozenset[str]) -> Run:
    """Press while the exchange's clock is off; it is asked the time anew at each press."""

    def run(trial: Trial, name: str) -> None:
        typed, form = trial.review()
        trial.remember(name, form.values["token"], typed["amount"], ends)
        with trial.rig.exchange.fault("skewed_clock", seconds=seconds):
            trial.confirm(form)

    return run


def ahead(trial: Trial, name: str) -> None:
    """Press while our clock is ahead of the exchange's: nothing is signed, so no key is spoilt."""
    off_by(-3600, THERE | NOT_SENT)(trial, name)
    # A wrong time of the exchange is believed for ten minutes; a wrong clock of ours would not be.
    for web in WEBS:
        trial.rig.restart(web)


def overtaken(trial: Trial, name: str) -> None:
    """Press after another program's call; wait behind it until our clock has passed its nonce."""
    answered(REFUSED, {"kind": "nonce_used_elsewhere", "ahead": 1_000_000})(trial, name)
    passed = time.monotonic() + 2
    until(lambda: time.monotonic() > passed, f"{name}: a clock beyond the other's nonce")


def paused_holder(trial: Trial, name: str) -> None:
    """The process that has the key's turn is stopped; another passes it over when it is due."""
    with (
        ThreadPoolExecutor(1) as tab,
        trial.rig.exchange.fault("delay", path=SUBMIT, seconds=2) as held,
    ):
        first = tab.submit(trial.press, f"{name} stopped", EITHER)
        until(lambda: trial.rig.exchange.fired(held), f"{name}: the first is on its way")
        trial.rig.signal("web-1", signal.SIGSTOP)
        try:
            trial.press(f"{name} waiting", THERE | NOT_SENT, web="web-2")
        finally:
            trial.rig.signal("web-1", signal.SIGCONT)
        first.result()


def database_held(trial: Trial, name: str) -> None:
    """Another program holds SQLite's lock for a while: the press waits its turn."""
    files = list((trial.rig.folder / "state").rglob("tidewatch.sqlite3"))
    if not files:
        return
    typed, form = trial.review()
    trial.remember(name, form.values["token"], typed["amount"], THERE | {"EXPIRED_UNSENT"})
    with closing(
        sqlite3.connect(files[0], isolation_level=None, timeout=20, check_same_thread=False)
    ) as held:
        held.execute("BEGIN IMMEDIATE")
        threading.Timer(trial.hurried(HOLD_SECONDS), held.execute, ["COMMIT"]).start()
        trial.confirm(form)


ROWS = (
    Row("F56", "another program used the key with a higher nonce", overtaken),
    Row("F57", "the exchange's clock is an hour ahead", off_by(3600, THERE), is_alone=True),
    Row("F58", "our clock is an hour ahead", ahead, is_alone=True, is_last=True),
    Row("F60", "the holder of the key's turn is stopped", paused_holder, is_alone=True),
    Row("F98", "the database is locked for a while", database_held),
    Row("F64", "the key is revoked", held_back(kind="revoked_key"), is_alone=True),
    Row(
        "F65",
        "the key may no longer place orders",
        held_back(kind="narrowed_key", permissions={"orders": [1, 0]}),
        is_alone=True,
    ),
)
BANS = (
    Row(
        "F16 429",
        "429, the refusal as text",
        answered(REFUSED, {"kind": "status", "status": 429, "body": '{"error":"ERR_RATE_LIMIT"}'}),
        is_alone=True,
    ),
    Row(
        "F16 11010",
        "the refusal by its code",
        answered(REFUSED, {"kind": "refuse", "code": 11010, "reason": "ratelimit: error"}),
        is_alone=True,
    ),
    Row(
        "F63",
        "the address is banned for a minute",
        answered(REFUSED, {"kind": "ban"}),
        is_alone=True,
    ),
)
