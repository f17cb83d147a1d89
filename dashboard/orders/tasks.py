from __future__ import annotations

from celery import shared_task

from dashboard.orders import sync


@shared_task
def sync_due_orders() -> None:
    sync.sync_due_orders()
