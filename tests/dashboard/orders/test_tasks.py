from __future__ import annotations

import ast
from decimal import Decimal
from pathlib import Path
from typing import Any

from dashboard.accounts.models import ExchangeAccount
from dashboard.celery import app
from dashboard.markets.models import Instrument
from dashboard.orders import journal, reconcile, search, services, sweeper, sync, tasks
from dashboard.orders.models import Order, OrderSync
from dashboard.orders.states import State
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


FORGED: list[tuple[list[Any], dict[str, Any]]] = [
    ([], {}),
    ([1], {}),
    ([], {"order_id": 1}),
    (["place", {"symbol": "tBTCUSD", "amount": "1"}], {"state": "INTENT"}),
    ([None, True, -1], {"account_id": 1, "token": "00000000-0000-0000-0000-000000000000"}),
]


def test_f35_no_message_of_any_task_can_cause_a_send(
    claimed: Order,
    live_bitcoin: Instrument,
    paper: PaperExchange,
    account: ExchangeAccount,
    settings: Any,
) -> None:
    """Each task, a hundred times with whatever arguments, over orders that might be sent."""
    intent = journal.record_draft(
        account=account,
        symbol="tBTCUSD",
        side="buy",
        type="EXCHANGE LIMIT",
        amount=Decimal("0.01"),
        price=Decimal(60000),
    )
    journal.declare_intent(intent)
    settings.EXCHANGE_PUBLIC_URL = paper.rest_url
    app.loader.import_default_modules()
    ours = [name for name in app.tasks if name.startswith("dashboard.")]
    for name in ours:
        for arguments, named in FORGED:
            for _ in range(100 // len(FORGED)):
                # As a worker would run what the message asks for; wrong arguments are refused.
                app.tasks[name].apply(args=arguments, kwargs=named)
    states = set(Order.objects.values_list("state", flat=True))

    assert len(ours) >= 3
    assert not paper.ledger.orders
    assert not [each for each in paper.ledger.requests if "/auth/w/" in each.path]
    assert states <= {State.INTENT, State.SENDING, State.EXPIRED_UNSENT, State.UNKNOWN}


def test_f35_what_a_task_or_the_sweeper_runs_through_never_names_what_sends() -> None:
    sending = {"submit_order", "place_order", "cancel_order", "send", "send_claimed", "claim_order"}
    for module in (tasks, sync, sweeper, reconcile, search):
        names = {
            node.attr if isinstance(node, ast.Attribute) else node.id
            for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text()))
            if isinstance(node, ast.Attribute | ast.Name)
        }

        assert not names & sending
