from __future__ import annotations

from dashboard.accounts.models import ExchangeAccount
from dashboard.celery import app
from dashboard.portfolio.models import Wallet
from dashboard.portfolio.services import TASK
from dashboard.portfolio.tasks import poll_due_balances
from exchange.paper import PaperExchange


def test_the_task_fetches_what_is_due(paper: PaperExchange, account: ExchangeAccount) -> None:
    poll_due_balances()

    assert Wallet.objects.exists()


def test_the_doorbell_rings_a_task_that_exists() -> None:
    assert poll_due_balances.name == TASK
    assert TASK in app.tasks


def test_the_schedule_rings_the_same_task() -> None:
    assert app.conf.beat_schedule["balances"]["task"] == TASK
