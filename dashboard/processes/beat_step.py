"""Beat as a thread of the worker: one process less on a small machine."""

from __future__ import annotations

from typing import Any

from celery import bootsteps
from celery.beat import EmbeddedService


class BeatStep(bootsteps.StartStopStep):
    """Started by `--beat-thread`; rings the same bells as a `celery beat` of its own."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, parent: Any, beat_thread: bool = False, **options: Any) -> None:
        self.enabled = beat_thread
        self.service: Any = None
        super().__init__(parent, **options)

    def include_if(self, parent: Any) -> bool:
        return self.enabled

    def start(self, parent: Any) -> None:
        # Unlike `celery beat`, the embedded service ignores the setting and would write a file.
        scheduler = parent.app.conf.beat_scheduler
        self.service = EmbeddedService(parent.app, thread=True, scheduler_cls=scheduler)
        self.service.start()

    def stop(self, parent: Any) -> None:
        if self.service is not None:
            self.service.stop()
            self.service = None

    terminate = stop
