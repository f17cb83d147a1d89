"""What beat rings for."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.exceptions import MaxRetriesExceededError

from dashboard.markets import services

SECONDS_TO_NEXT_TRY = 3
TRIES = 100  # five minutes of trying; beat rings again after ten


@shared_task(
    bind=True,
    max_retries=TRIES,
    default_retry_delay=SECONDS_TO_NEXT_TRY,
    throws=(MaxRetriesExceededError,),
)
def refresh_instruments(self: Any) -> None:
    if not services.refresh_instruments():
        raise self.retry()
