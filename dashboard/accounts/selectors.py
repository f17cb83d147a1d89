"""What is known about people's accounts. Everything starts from a user."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount, SealedKey, User
from dashboard.accounts.permissions import can_trade

CANNOT_TRADE = (
    "The exchange no longer lets this key place orders. Give it that permission there; it is "
    "looked at again within ten minutes."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTrouble:
    """Why a key is left alone, in a sentence for people, and until when."""

    text: str
    rests_until: datetime


def accounts_of(user: User) -> QuerySet[ExchangeAccount]:
    """Return the person's accounts at the exchange that this Tidewatch runs on."""
    return ExchangeAccount.objects.filter(user=user, exchange=settings.EXCHANGE).order_by("pk")


def account_with_id(account_id: int) -> ExchangeAccount:
    """Return the account that a worker's task names; pages start from a person instead."""
    return ExchangeAccount.objects.get(pk=account_id)


def main_account(user: User) -> ExchangeAccount | None:
    """Return the account that pages show and orders go to: the first with a key."""
    return accounts_of(user).filter(sealed_key__isnull=False).first()


def connected_accounts() -> QuerySet[ExchangeAccount]:
    """Return everyone's accounts that have a key: what workers look after."""
    return ExchangeAccount.objects.filter(
        exchange=settings.EXCHANGE, sealed_key__isnull=False
    ).order_by("pk")


def tended_accounts() -> QuerySet[ExchangeAccount]:
    """Return the connected accounts whose keys do not rest: whom workers call the exchange for."""
    return connected_accounts().exclude(pk__in=resting_accounts())


def resting_accounts() -> QuerySet[ExchangeAccount]:
    """Return the accounts whose keys the exchange refused, or that are suspended."""
    return ExchangeAccount.objects.filter(sealed_key__rests_until__gt=timezone.now())


def key_trouble(account_id: int) -> KeyTrouble | None:
    """Return why nothing that runs by itself uses the account's key now, None where it does."""
    sealed = SealedKey.objects.filter(pk=account_id, rests_until__gt=timezone.now()).first()
    if sealed is None or sealed.rests_until is None:
        return None
    return KeyTrouble(text=sealed.problem, rests_until=sealed.rests_until)


def placing_problem(account: ExchangeAccount) -> str:
    """Return why the account's key may not place orders, "" where it may or nobody knows yet."""
    sealed = SealedKey.objects.select_related("account").filter(account=account).first()
    if sealed is None:
        return "No exchange key is stored for this account."
    if sealed.suspended_at is not None:
        return sealed.problem
    permissions = sealed.account.permissions
    return CANNOT_TRADE if permissions and not can_trade(permissions) else ""


def suspension_of(user: User) -> str:
    """Return why one of the person's keys is suspended, "" while none is."""
    suspended = SealedKey.objects.filter(account__in=accounts_of(user), suspended_at__isnull=False)
    return suspended.values_list("problem", flat=True).first() or ""


def stored_keys(user: User) -> QuerySet[SealedKey]:
    """Return the person's stored keys with their accounts; the envelopes stay in the database."""
    return (
        SealedKey.objects.filter(account__in=accounts_of(user))
        .select_related("account")
        .defer("envelope")
        .order_by("account")
    )
