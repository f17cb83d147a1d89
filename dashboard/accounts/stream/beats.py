"""Signs of life of an account's stream: written by who hears it, read by pages and health."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models.functions import Now

from dashboard.accounts.models import StreamLease
from dashboard.accounts.stream.hearing import AccountHearing


def write_beat(account_id: int, holder: UUID, hearing: AccountHearing) -> None:
    """Write down when the exchange last spoke, by the database's clock.

    A stream that was just begun knows less than the one before it: then the old time stands.
    """
    known = {}
    if hearing.age_seconds is not None:
        known["heard_at"] = Now() - timedelta(seconds=hearing.age_seconds)
    StreamLease.objects.filter(name=str(account_id), holder=holder).update(
        beat_at=Now(), reason=hearing.reason, **known
    )
