"""The Celery application: a doorbell for work that the database says is due."""

from __future__ import annotations

import os

from celery import Celery
from click import Option

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
app.steps["worker"].add("dashboard.live.relay_step:RelayStep")
app.steps["worker"].add("dashboard.processes.beat_step:BeatStep")
