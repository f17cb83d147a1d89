"""The processes that one machine runs, each a function that returns when it was told to stop.

`os.fork` after the imports saves each of them a second of start-up; where forking is not safe
(macOS) they start afresh, and `prepare` brings Django up again.
"""

from __future__ import annotations

import os
import signal
import threading
import time
import warnings
from collections.abc import Callable

import django
from django.apps import apps
from django.conf import settings

ORPHAN_CHECK_SECONDS = 0.5
ORPHAN_GRACE_SECONDS = 6.0
FRAME_LIMIT = "65536"


def paper() -> None:
    """Run the paper exchange for the account that this Tidewatch made for itself."""
    from dashboard.accounts.services import paper_credentials
    from exchange.mirror import Mirror, mirrored_symbols
    from exchange.paper import PaperKey, serve

    credentials = paper_credentials()
    serve(
        host="127.0.0.1",
        port=settings.PAPER_PORT,
        seed=settings.PAPER_SEED,
        keys=[PaperKey(key=credentials.key, secret=credentials.secret)],
        speed=settings.PAPER_SPEED,
        state_folder=settings.STATE_FOLDER / "paper-exchange",
        admin=settings.PAPER_ADMIN,
        beside=[Mirror(mirrored_symbols())] if settings.PAPER_MIRROR else [],
    )


def web() -> None:
    """Run Daphne on loopback. Sockets never time out, and take no frame larger than a page's."""
    from daphne.cli import CommandLineInterface

    CommandLineInterface().run(
        [
            *("-b", "127.0.0.1", "-p", str(settings.PORT), "-v", "0", "--no-server-name"),
            *("--websocket_timeout", "-1"),
            *("--websocket-max-message-size", FRAME_LIMIT),
            *("--websocket-max-frame-size", FRAME_LIMIT),
            "dashboard.asgi:application",
        ]
    )


def worker() -> None:
    """Run one Celery worker, with the relay and beat as components of it."""
    from celery.exceptions import SecurityWarning

    from dashboard.accounts import due_work
    from dashboard.celery import app
    from dashboard.orders.models import OrderSync
    from dashboard.portfolio.models import BalancePoll

    # This is the only worker, so whatever is still claimed was claimed by one that died.
    due_work.release(OrderSync)
    due_work.release(BalancePoll)
    # The warning is about pickled tasks run as root; ours are JSON and take row numbers.
    warnings.simplefilter("ignore", SecurityWarning)
    app.worker_main(
        [
            *("--quiet", "worker", "--relay", "--beat-thread"),
            *("--pool", "threads", "--concurrency", "4"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            *("--loglevel", "WARNING"),
        ]
    )


CHILDREN: dict[str, Callable[[], None]] = {"paper": paper, "web": web, "worker": worker}


def run_child(name: str, supervisor: int) -> None:
    """Become the child `name` of the process `supervisor`, and never outlive it."""
    # The terminal's Ctrl-C goes to the supervisor alone, which then stops its children in order.
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=leave_with, args=(supervisor,), daemon=True, name="orphan").start()
    if not apps.ready:
        django.setup()
    CHILDREN[name]()


def leave_with(supervisor: int) -> None:
    """Stop this process when its supervisor is gone, however it went."""
    while os.getppid() == supervisor:
        time.sleep(ORPHAN_CHECK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(ORPHAN_GRACE_SECONDS)
    os._exit(1)
