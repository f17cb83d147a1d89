from __future__ import annotations

import ast
from pathlib import Path

from dashboard.accounts.models import ExchangeAccount
from dashboard.celery import app
from dashboard.orders import services, sync, tasks
from dashboard.orders.models import OrderSync
from dashboard.orders.tasks import sync_due_orders
from exchange.paper import PaperExchange


def test_the_task_reads_what_is_due(paper: PaperExchange, account: ExchangeAccount) -> None:
    sync_due_orders()

    assert OrderSync.objects.get().last_success is not None


def test_the_doorbell_rings_a_task_that_exists() -> None:
    assert sync_due_orders.name == services.SYNC_TASK
    assert services.SYNC_TASK in app.tasks


def test_the_schedule_rings_the_same_task() -> None:
    assert app.conf.beat_schedule["orders"]["task"] == services.SYNC_TASK


def test_f35_no_task_can_reach_what_sends() -> None:
    """The modules a task runs through never name the calls that send."""
    for module in (tasks, sync):
        names = {
            node.attr if isinstance(node, ast.Attribute) else node.id
            for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text()))
            if isinstance(node, ast.Attribute | ast.Name)
        }

        assert not names & {"submit_order", "place_order", "cancel_order", "send", "claim_order"}
