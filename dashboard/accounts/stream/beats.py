"""Signs of life of an account's stream: written by who hears it, read by pages and health."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from dashboard.accounts.models import StreamLease
from dashboard.accounts.stream.hearing import AccountHearing
from dashboard.live.events import ACCOUNTS, tell


def write_beat(account_id: int, holder: UUID, hearing: AccountHearing) -> None:
    """Write down when the exchange last spoke, by the database's clock.

    A stream that was just begun knows less than the one before it: then the old time stands.
    """
    known: dict[str, Any] = {}
    age = hearing.age_seconds
    if age is not None:
        known["heard_at"] = Now() - timedelta(seconds=age)
    StreamLease.objects.filter(name=str(account_id), holder=holder).update(
        beat_at=Now(), reason=hearing.reason, **known
    )
    if hearing.has_news():
        tell_pages(hearing, age)


def tell_pages(hearing: AccountHearing, age: float | None) -> None:
    """Send the age to the person's pages, which go on counting from it. Never raises."""
    account = hearing.account
    tell(
        ACCOUNTS,
        {
            "type": "account.heard",
            "user": account.user_id,
            "account": account.pk,
            "age_ms": None if age is None else round(age * 1000),
            "reason": hearing.reason,
        },
    )
