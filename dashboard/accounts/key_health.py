"""Keys that the exchange does not take, or that may do too much: when they rest, and why.

A key that rests is left alone by everything that runs by itself, and tried again after a while: a
refusal may have been the exchange's mistake. What a person does with it is still sent, except
placing orders while it is suspended.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from dashboard.accounts.models import SealedKey
from dashboard.accounts.permissions import Snapshot, can_withdraw
from dashboard.accounts.problems import problem_text
from exchange.errors import NonceTooSmall, NotAuthenticated

logger = logging.getLogger(__name__)

REST = timedelta(minutes=10)
# Another program with the same key spoils a nonce now and then; so many in a row are no accident.
MOST_STRIKES = 3
# One call of another program spoils every nonce until our clock has passed its own: refusals that
# follow each other sooner than this are that one call.
STRIKES_APART = timedelta(seconds=2)
SUSPENDED = (
    "This key can withdraw money since it was stored, so it is suspended: no order is placed with "
    "it. Take that permission away at the exchange, or store another key."
)


def note_refusal(account_id: int, problem: BaseException) -> None:
    """Let an account's key rest if this refusal, or the last few, say that calling is no use."""
    rows = SealedKey.objects.filter(account=account_id)
    now = timezone.now()
    if isinstance(problem, NonceTooSmall):
        is_another = Q(struck_at=None) | Q(struck_at__lte=now - STRIKES_APART)
        rows.filter(is_another).update(strikes=F("strikes") + 1, struck_at=now)
        rows = rows.filter(strikes__gte=MOST_STRIKES)
    elif not isinstance(problem, NotAuthenticated):
        return
    if rows.update(rests_until=now + REST, problem=problem_text(problem), strikes=0):
        logger.error("the key of account %s rests: %s", account_id, type(problem).__name__)


def note_success(account_id: int) -> None:
    """Forget refusals: the exchange has just taken the key, whoever called. A suspension stays."""
    troubled = SealedKey.objects.filter(account=account_id, suspended_at=None)
    troubled.filter(strikes__gt=0).update(strikes=0)
    troubled.exclude(problem="").update(problem="", rests_until=None)


def judge(account_id: int, permissions: Snapshot) -> None:
    """Suspend a key that has gained the right to withdraw; lift it once that is gone again.

    A key that was stored with that right, insisted on, keeps it.
    """
    rows = SealedKey.objects.filter(account=account_id)
    now = timezone.now()
    if can_withdraw(permissions):
        gained = rows.filter(may_withdraw=False)
        if gained.update(suspended_at=now, rests_until=now + REST, problem=SUSPENDED):
            logger.error("the key of account %s can withdraw: it is suspended", account_id)
    else:
        rows.exclude(suspended_at=None).update(suspended_at=None, rests_until=None, problem="")
