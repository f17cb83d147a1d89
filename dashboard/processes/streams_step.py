"""The accounts' streams as a component of every worker: leases decide which worker hears which.

Not a task that beat rings: it has to go on while the broker is down.
"""

from __future__ import annotations

from typing import Any

from celery import bootsteps

from dashboard.accounts.stream import key_news
from dashboard.accounts.stream.holder import AccountStreams
from dashboard.orders import stream as orders
from dashboard.portfolio import stream as portfolio

# In the order in which the exchange tells of them.
LISTENERS = (key_news.take_in, orders.take_in, portfolio.take_in)


class StreamsStep(bootsteps.StartStopStep):
    """Started and stopped with the worker's pool."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, parent: Any, **options: Any) -> None:
        self.streams: AccountStreams | None = None
        super().__init__(parent, **options)

    def start(self, parent: Any) -> None:
        self.streams = AccountStreams(LISTENERS)
        self.streams.start()

    def stop(self, parent: Any) -> None:
        if self.streams is not None:
            self.streams.stop()
            self.streams = None

    terminate = stop
