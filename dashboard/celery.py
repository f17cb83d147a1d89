"""The Celery application: a doorbell for work that the database says is due."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready
from click import Option

from dashboard import file_queue  # noqa: F401 - makes its scheme known to kombu

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")

app = Celery("tidewatch")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["dashboard.markets", "dashboard.portfolio", "dashboard.orders"])

# Components of a worker process, not tasks: they hold no slot and stop with the worker.
app.user_options["worker"].add(
    Option(["--relay"], is_flag=True, help="Relay the exchange's prices from this worker.")
)
app.user_options["worker"].add(
    Option(["--beat-thread"], is_flag=True, help="Run beat inside this worker.")
)
app.steps["worker"].add("dashboard.processes.relay_step:RelayStep")
app.steps["worker"].add("dashboard.processes.beat_step:BeatStep")
app.steps["worker"].add("dashboard.processes.sweeper_step:SweeperStep")
app.steps["worker"].add("dashboard.processes.streams_step:StreamsStep")
app.steps["worker"].add("dashboard.processes.alerts_step:AlertsStep")


def declare_queues() -> None:
    """Make the queues known to the broker before several processes do it at once."""
    with app.connection_for_write() as connection, connection.channel() as channel:
        for queue in app.amqp.queues.values():
            queue(channel).declare()


@worker_ready.connect
def ring_at_start(**members: Any) -> None:
    """Learn the exchange's markets at once: beat rings for the first time after ten minutes."""
    app.send_task("dashboard.markets.tasks.refresh_instruments")
