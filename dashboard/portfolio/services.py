"""Fetching balances from the exchange and keeping them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
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

# An answer that the stream overtook is asked for once more after this.
ASK_AGAIN = timedelta(seconds=2)
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
    asked_at = timezone.now()
    try:
        wallets = read_api().wallets(account)
    except (ExchangeError, SealingError) as exc:
        due_work.give_up(BalancePoll, account_id, claim, exc)
        return True
    store(account=account, wallets=wallets, claim=claim, asked_at=asked_at)
    learn_permissions(account)
    return True


def learn_permissions(account: ExchangeAccount) -> None:
    """Ask now and then what the key may do; balances do not suffer where that fails."""
    try:
        refresh_permissions(account)
    except (ExchangeError, SealingError) as exc:
        logger.warning("permissions of account %s: %s", account.pk, type(exc).__name__)


@transaction.atomic
def store(
    *,
    account: ExchangeAccount,
    wallets: Sequence[wire.Wallet],
    claim: UUID,
    asked_at: datetime | None = None,
) -> None:
    """Make the stored wallets equal to those the exchange told; tell the person if any differed.

    asked_at: when the exchange was asked. What the account's stream has told since stands, and
    then the exchange is asked again soon.
    """
    if not due_work.is_held(BalancePoll, account.pk, claim):
        return
    now = timezone.now()
    if replace_wallets(account=account, wallets=wallets, asked_at=asked_at):
        tell_soon(account)
    outcome: dict[str, Any] = {"last_success": now, "last_error": ""}
    if asked_at and Wallet.objects.filter(account=account, told_at__gte=asked_at).exists():
        outcome["due_at"] = now + ASK_AGAIN
    due_work.give_back(BalancePoll, account.pk, claim, **outcome)


@transaction.atomic
def store_told(*, account: ExchangeAccount, wallets: Iterable[wire.Wallet]) -> None:
    """Store wallets that the account's stream tells of; tell the person if any differed.

    The stream tells what is available only where that was computed. Otherwise the figure we have
    stands as long as the balance does; after that it is not known.
    """
    # A reading locks this row first and wallets after it: whoever writes wallets does the same.
    BalancePoll.objects.select_for_update().filter(account=account).first()
    has_changed = False
    for wallet in wallets:
        row = rows_of(account, wallet).first()
        available = wallet.available
        if available is None and row is not None and row.balance == wallet.balance:
            available = row.available
        if row is None or (row.balance, row.available) != (wallet.balance, available):
            now = timezone.now()
            figures = {"balance": wallet.balance, "available": available}
            write(account, wallet, **figures, changed_at=now, told_at=now)
            has_changed = True
    if has_changed:
        tell_soon(account)


def tell_soon(account: ExchangeAccount) -> None:
    transaction.on_commit(lambda: tell_person(account.user_id, "balances-changed"))


def replace_wallets(
    *, account: ExchangeAccount, wallets: Sequence[wire.Wallet], asked_at: datetime | None = None
) -> bool:
    """Write only what differs and was not told anew since; tell whether anything was written."""
    now = timezone.now()
    known = {(row.type, row.currency): row for row in Wallet.objects.filter(account=account)}
    # In the condition, because the stream may tell while this runs.
    older = Q(told_at=None) | Q(told_at__lt=asked_at or now)
    has_changed = False
    for wallet in wallets:
        row = known.pop((wallet.type.value, wallet.currency), None)
        figures = {"balance": wallet.balance, "available": wallet.available}
        if row is None:
            write(account, wallet, **figures, changed_at=now)
            has_changed = True
        elif (row.balance, row.available) != (wallet.balance, wallet.available):
            stale = Wallet.objects.filter(older, pk=row.pk)
            has_changed |= bool(stale.update(**figures, changed_at=now))
    gone, _ = Wallet.objects.filter(older, pk__in=[row.pk for row in known.values()]).delete()
    return has_changed or bool(gone)


def rows_of(account: ExchangeAccount, wallet: wire.Wallet) -> QuerySet[Wallet]:
    return Wallet.objects.filter(account=account, type=wallet.type.value, currency=wallet.currency)


def write(account: ExchangeAccount, wallet: wire.Wallet, **columns: Any) -> None:
    Wallet.objects.update_or_create(
        account=account, type=wallet.type.value, currency=wallet.currency, defaults=columns
    )
