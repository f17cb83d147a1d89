from __future__ import annotations

from celery import shared_task

from dashboard.portfolio import services


@shared_task
def poll_due_balances() -> None:
    services.poll_due_balances()
