"""Fetching balances from the exchange and keeping them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

import exchange as wire
from dashboard.accounts import due_work
from dashboard.accounts.exchange_api import read_api
from dashboard.accounts.models import ExchangeAccount
from dashboard.accounts.sealing import SealingError
from dashboard.accounts.selectors import account_with_id
from dashboard.accounts.services import refresh_permissions
from dashboard.live.events import tell_person
from dashboard.portfolio.models import BalancePoll, Wallet
from exchange.errors import ExchangeError

logger = logging.getLogger(__name__)

TASK = "dashboard.portfolio.tasks.poll_due_balances"


def poll_due_balances() -> None:
    """Fetch the balances of every account whose time has come and that nobody else fetches."""
    due_work.for_each_due(BalancePoll, poll_balances)


def poll_soon(account: ExchangeAccount) -> None:
    """Have the account's balances fetched at once: something has just moved them."""
    due_work.make_due(BalancePoll, account, task=TASK)


def poll_balances(account_id: int) -> bool:
    """Fetch one account's balances if they are due; tell whether this call did.

    A failure keeps the last balances and leaves a sentence for the page.
    """
    again_after = timedelta(seconds=settings.BALANCES_SECONDS)
    claim = due_work.claim(BalancePoll, account_id, again_after=again_after)
    if claim is None:
        return False
    account = account_with_id(account_id)
    try:
        wallets = read_api().wallets(account)
    except (ExchangeError, SealingError) as exc:
        due_work.give_up(BalancePoll, account_id, claim, exc)
        return True
    store(account=account, wallets=wallets, claim=claim)
    learn_permissions(account)
    return True


def learn_permissions(account: ExchangeAccount) -> None:
    """Ask now and then what the key may do; balances do not suffer where that fails."""
    try:
        refresh_permissions(account)
    except (ExchangeError, SealingError) as exc:
        logger.warning("permissions of account %s: %s", account.pk, type(exc).__name__)


@transaction.atomic
def store(*, account: ExchangeAccount, wallets: Sequence[wire.Wallet], claim: UUID) -> None:
    """Make the stored wallets equal to those the exchange told; tell the person if any differed."""
    if not due_work.is_held(BalancePoll, account.pk, claim):
        return
    if replace_wallets(account=account, wallets=wallets):
        transaction.on_commit(lambda: tell_person(account.user_id, "balances-changed"))
    due_work.give_back(BalancePoll, account.pk, claim, last_success=timezone.now(), last_error="")


def replace_wallets(*, account: ExchangeAccount, wallets: Sequence[wire.Wallet]) -> bool:
    """Write only what differs; tell whether anything did."""
    now = timezone.now()
    known = {(row.type, row.currency): row for row in Wallet.objects.filter(account=account)}
    has_changed = False
    for wallet in wallets:
        row = known.pop((wallet.type.value, wallet.currency), None)
        if row is not None and (row.balance, row.available) == (wallet.balance, wallet.available):
            continue
        Wallet.objects.update_or_create(
            account=account,
            type=wallet.type.value,
            currency=wallet.currency,
            defaults={
                "balance": wallet.balance,
                "available": wallet.available,
                "changed_at": now,
            },
        )
        has_changed = True
    gone = [row.pk for row in known.values()]
    if gone:
        Wallet.objects.filter(pk__in=gone).delete()
    return has_changed or bool(gone)
