"""The watcher of alerts as a component of every worker: its lease decides which of them watches.

Not a task that beat rings: prices are compared as they come, and while the broker is down too.
"""

from __future__ import annotations

from typing import Any

from celery import bootsteps

from dashboard.alerts.watcher import Watcher


class AlertsStep(bootsteps.StartStopStep):
    """Started and stopped with the worker's pool."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, parent: Any, **options: Any) -> None:
        self.watcher: Watcher | None = None
        super().__init__(parent, **options)

    def start(self, parent: Any) -> None:
        self.watcher = Watcher()
        self.watcher.start()

    def stop(self, parent: Any) -> None:
        if self.watcher is not None:
            self.watcher.stop()
            self.watcher = None

    terminate = stop
