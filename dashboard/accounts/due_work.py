"""Work that each account needs from time to time; the database says when, and who is at it.

A task only rings: it may run twice, late or never. Whether there is something to do, and which
worker does it, is decided by one conditional UPDATE on the account's row.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from celery import current_app
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from dashboard.accounts import key_health
from dashboard.accounts.models import ExchangeAccount
from dashboard.accounts.problems import problem_text
from dashboard.accounts.selectors import connected_accounts, tended_accounts
from exchange.errors import RateLimited

logger = logging.getLogger(__name__)


class DueWork(models.Model):
    """When an account's work is due next, who does it now, and how it went."""

    account = models.OneToOneField(
        ExchangeAccount, models.CASCADE, primary_key=True, related_name="+"
    )
    due_at = models.DateTimeField(default=timezone.now)
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    last_success = models.DateTimeField(null=True)
    # A sentence for people; "" while all is well.
    last_error = models.TextField(blank=True)

    class Meta:
        abstract = True


Work = TypeVar("Work", bound=DueWork)


def due_account_ids(kind: type[Work]) -> list[int]:
    """Return whose work is due and nobody's; accounts that never had any come first."""
    rows: models.Manager[Work] = kind._default_manager
    new = connected_accounts().exclude(pk__in=rows.values("account"))
    rows.bulk_create([kind(account=account) for account in new], ignore_conflicts=True)
    return list(claimable(rows, timezone.now()).order_by("due_at").values_list("pk", flat=True))


def for_each_due(kind: type[Work], work: Callable[[int], bool]) -> None:
    """Do each due account's work; what one of them fails with must not hold up the others."""
    for account_id in due_account_ids(kind):
        try:
            work(account_id)
        except Exception:
            logger.exception("%s of account %s failed", kind.__name__, account_id)
            release(kind, account_id)


def release(kind: type[Work], account_id: int | None = None) -> None:
    """End claims whose holder is known to be gone: one account's, or all of them."""
    rows = kind._default_manager.all()
    if account_id is not None:
        rows = rows.filter(pk=account_id)
    rows.update(claim=None, claimed_until=None)


def claimable(rows: models.Manager[Work], now: datetime) -> models.QuerySet[Work]:
    is_free = models.Q(claimed_until=None) | models.Q(claimed_until__lte=now)
    return rows.filter(is_free, due_at__lte=now, account__in=tended_accounts())


def claim(kind: type[Work], account_id: int, *, again_after: timedelta) -> UUID | None:
    """Take an account's due work for this caller alone; None where another was faster."""
    now = timezone.now()
    mine = uuid4()
    taken = (
        claimable(kind._default_manager, now)
        .filter(pk=account_id)
        .update(claim=mine, claimed_until=claim_end(now), due_at=now + again_after)
    )
    return mine if taken else None


def claim_end(now: datetime) -> datetime:
    """Return until when a claim lasts of which nothing more is heard: its worker has died."""
    return now + timedelta(seconds=settings.CLAIM_SECONDS)


def keep(kind: type[Work], account_id: int, mine: UUID) -> None:
    """Let a claim last on from now: its holder lives, and has one more call to make."""
    held = kind._default_manager.filter(pk=account_id, claim=mine)
    held.update(claimed_until=claim_end(timezone.now()))


def is_held(kind: type[Work], account_id: int, mine: UUID) -> bool:
    """Tell whether the claim still is the caller's, and lock it for the open transaction.

    Who lost it has been too slow: another caller may have stored something newer.
    """
    held = kind._default_manager.select_for_update().filter(pk=account_id, claim=mine)
    return held.first() is not None


def give_back(kind: type[Work], account_id: int, mine: UUID, **outcome: Any) -> None:
    """End a claim and write down how it went."""
    if "last_success" in outcome:
        key_health.note_success(account_id)
    kind._default_manager.filter(pk=account_id, claim=mine).update(
        claim=None, claimed_until=None, **outcome
    )


def give_up(kind: type[Work], account_id: int, mine: UUID, problem: Exception) -> None:
    """End a claim that failed with a sentence for people, and wait as long as we were told to."""
    logger.warning("%s of account %s: %s", kind.__name__, account_id, type(problem).__name__)
    key_health.note_refusal(account_id, problem)
    outcome: dict[str, Any] = {"last_error": problem_text(problem)}
    if isinstance(problem, RateLimited):
        outcome["due_at"] = timezone.now() + timedelta(seconds=problem.wait_seconds)
    give_back(kind, account_id, mine, **outcome)


def make_due(kind: type[Work], account: ExchangeAccount, *, task: str) -> None:
    """Make an account's work due now, and wake a worker for it once that is committed."""
    now = timezone.now()
    if not kind._default_manager.filter(pk=account.pk).update(due_at=now):
        kind._default_manager.get_or_create(account=account)
    transaction.on_commit(lambda: ring(task))


def ring(task: str) -> None:
    """Wake a worker. Never raises: without a broker the next round finds what is due."""
    try:
        current_app.send_task(task, expires=5)
    except Exception as exc:  # the broker may be any of several, with errors of their own
        logger.warning("%s was not rung: %s", task, type(exc).__name__)
