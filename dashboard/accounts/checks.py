"""What must be true of the sealing keys before anything starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from dashboard.accounts.models import SealedKey
from dashboard.accounts.sealing import SealingError, sealing_keys, unseal


@register(Tags.security)
def check_key_file(**_: Any) -> list[CheckMessage]:
    """Refuse a key file that others may read; a missing one is made at its first use."""
    if not settings.KEY_FILE.exists():
        return []
    try:
        sealing_keys(settings.KEY_FILE)
    except SealingError as exc:
        return [Error(str(exc), id="tidewatch.E001")]
    return []


@register(Tags.database)
def check_keys_open(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Refuse a key file that does not open what the database holds."""
    if not databases:
        return []
    try:
        stored = SealedKey.objects.select_related("account").first()
    except DatabaseError:
        return []  # before the first migration there is no table
    try:
        if stored is not None:
            unseal(stored)
    except SealingError as exc:
        return [Error(str(exc), id="tidewatch.E002")]
    return []
