"""What goes on in a worker whatever happens: retiring old intents, and looking for lost orders.

Each duty is a loop of its own under a lease in the database, so that of all workers one does it and
another takes over when that one dies. Neither needs the broker, and neither ever sends.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from dashboard.accounts import database_lease
from dashboard.live.events import tell_person
from dashboard.orders import journal
from dashboard.orders.models import SweeperLease
from dashboard.orders.reconcile import reconcile_due_orders

STOP_SECONDS = 5.0
SWEEPER = "sweeper"
SEARCHER = "searcher"
logger = logging.getLogger(__name__)


def sweep_once() -> None:
    """Retire what will not be sent any more, and tell those whose it was."""
    for user_id in journal.sweep(timezone.now()):
        tell_person(user_id, "orders-changed")


class Duty:
    """Work that is done at once and then every few seconds by whoever holds its lease."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self.name = name
        self.work = work
        self.holder = uuid4()
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.run, name=name, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """Let the round that runs end, and give the lease back."""
        self.ending.set()
        if self.thread.is_alive():
            self.thread.join(STOP_SECONDS)

    def run(self) -> None:
        while not self.ending.is_set():
            self.attempt()
            # Kept connections belong to requests; this thread's own would outlive a restart of
            # the database.
            connection.close()
            self.ending.wait(settings.SWEEP_SECONDS)
        self.release()
        connection.close()

    def attempt(self) -> bool:
        """Do one round if the lease is ours; tell whether it was done. Never raises."""
        try:
            return self.round()
        except DatabaseError as exc:
            logger.warning("the %s cannot work: %s", self.name, type(exc).__name__)
        except Exception:
            logger.exception("a round of the %s failed", self.name)
        return False

    def round(self) -> bool:
        lasts = timedelta(seconds=settings.SWEEPER_LEASE_SECONDS)
        if not database_lease.hold(SweeperLease, self.name, self.holder, lasts=lasts):
            return False
        self.work()
        database_lease.beat(SweeperLease, self.name, self.holder)
        return True

    def release(self) -> None:
        try:
            database_lease.release(SweeperLease, self.name, self.holder)
        except DatabaseError as exc:
            logger.warning("the lease of the %s ends by itself: %s", self.name, type(exc).__name__)


class Sweeper:
    """Both duties, as a worker starts and stops them.

    Apart, because a search waits for the exchange, and retiring waits for nobody.
    """

    def __init__(self) -> None:
        self.duties = [Duty(SWEEPER, sweep_once), Duty(SEARCHER, reconcile_due_orders)]

    def start(self) -> None:
        for duty in self.duties:
            duty.start()

    def stop(self) -> None:
        for duty in self.duties:
            duty.ending.set()
        for duty in self.duties:
            duty.stop()
