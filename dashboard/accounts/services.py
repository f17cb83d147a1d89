"""Connecting exchange keys, and asking the exchange what they may do."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from dashboard.accounts import key_health
from dashboard.accounts.clients import client_for, client_with
from dashboard.accounts.models import Exchange, ExchangeAccount, SealedKey, User
from dashboard.accounts.permissions import can_withdraw, snapshot
from dashboard.accounts.sealing import seal, unseal
from dashboard.accounts.welcome import ensure_owner, new_welcome_url, use_welcome_link
from exchange.credentials import Credentials
from exchange.models.account import Permission

__all__ = [
    "KeyRefused",
    "connect_paper_account",
    "ensure_owner",
    "new_welcome_url",
    "paper_credentials",
    "refresh_permissions",
    "store_key",
    "use_welcome_link",
]

PAPER_LABEL = "Paper account"
PERMISSIONS_AGE = timedelta(minutes=10)
NO_REAL_KEYS = (
    "Tidewatch does not take a real exchange key yet: first it must be able to ask for a second "
    "factor at sign-in. Nothing was stored. Public prices work without a key."
)
CAN_WITHDRAW = (
    "This key can withdraw money, so it was not stored. Make a key at the exchange that can read "
    "wallets and place orders but not withdraw."
)


class KeyRefused(Exception):
    """A key was not stored; the text says why and what to do."""


def connect_paper_account(user: User) -> ExchangeAccount:
    """Return the person's paper account, made with a key of its own at the first call.

    PAPER_KEY and PAPER_SECRET decide the key where both are set, also later.
    """
    if settings.EXCHANGE != Exchange.PAPER:
        raise KeyRefused("The paper exchange is not what this Tidewatch runs on.")
    with transaction.atomic():
        account, _ = ExchangeAccount.objects.get_or_create(
            user=user, exchange=Exchange.PAPER, label=PAPER_LABEL
        )
        # Two first starts at once must agree on one key.
        ExchangeAccount.objects.select_for_update().get(pk=account.pk)
        wanted = chosen_paper_credentials()
        stored = SealedKey.objects.select_related("account").filter(account=account).first()
        if stored is None:
            seal(account, wanted or random_credentials())
        elif wanted is not None and not is_same(unseal(stored), wanted):
            seal(account, wanted)
    return account


def paper_credentials() -> Credentials:
    """Return the key with which the owner's paper account is to be served."""
    account = connect_paper_account(ensure_owner())
    return unseal(SealedKey.objects.select_related("account").get(account=account))


def chosen_paper_credentials() -> Credentials | None:
    if settings.PAPER_KEY and settings.PAPER_SECRET:
        return Credentials(settings.PAPER_KEY, settings.PAPER_SECRET)
    return None


def random_credentials() -> Credentials:
    return Credentials(secrets.token_urlsafe(32), secrets.token_urlsafe(32))


def is_same(one: Credentials, other: Credentials) -> bool:
    return (one.key, one.secret) == (other.key, other.secret)


def store_key(
    *, user: User, label: str, credentials: Credentials, insists_on_withdrawal: bool = False
) -> ExchangeAccount:
    """Ask the exchange what a key may do, then seal it as an account of the person.

    Raises KeyRefused, or an ExchangeError where the exchange could not be asked; nothing is
    stored then.
    """
    if settings.EXCHANGE == Exchange.BITFINEX:
        raise KeyRefused(NO_REAL_KEYS)
    permissions = snapshot(client_with(credentials).permissions())
    if can_withdraw(permissions) and not insists_on_withdrawal:
        raise KeyRefused(CAN_WITHDRAW)
    with transaction.atomic():
        account, _ = ExchangeAccount.objects.update_or_create(
            user=user,
            exchange=settings.EXCHANGE,
            label=label,
            defaults={"permissions": permissions, "permissions_at": timezone.now()},
        )
        sealed = seal(account, credentials)
        SealedKey.objects.filter(pk=sealed.pk).update(may_withdraw=insists_on_withdrawal)
    return account


def refresh_permissions(account: ExchangeAccount) -> None:
    """Read the key's permissions again once they are ten minutes old, and judge the key by them.

    Raises ExchangeError or SealingError.
    """
    now = timezone.now()
    if account.permissions_at is not None and now - account.permissions_at < PERMISSIONS_AGE:
        return
    store_permissions(account, client_for(account).permissions())


def store_permissions(account: ExchangeAccount, told: Iterable[Permission]) -> None:
    """Write down what the exchange says the account's key may do, and judge the key by it."""
    permissions = snapshot(told)
    ExchangeAccount.objects.filter(pk=account.pk).update(
        permissions=permissions, permissions_at=timezone.now()
    )
    key_health.judge(account.pk, permissions)
