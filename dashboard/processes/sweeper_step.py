"""The sweeper as a component of every worker: its lease decides which of them sweeps.

Not a task that beat rings: it has to go on while the broker is down.
"""

from __future__ import annotations

from typing import Any

from celery import bootsteps

from dashboard.orders.sweeper import Sweeper


class SweeperStep(bootsteps.StartStopStep):
    """Started and stopped with the worker's pool."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, parent: Any, **options: Any) -> None:
        self.sweeper: Sweeper | None = None
        super().__init__(parent, **options)

    def start(self, parent: Any) -> None:
        self.sweeper = Sweeper()
        self.sweeper.start()

    def stop(self, parent: Any) -> None:
        if self.sweeper is not None:
            self.sweeper.stop()
            self.sweeper = None

    terminate = stop
