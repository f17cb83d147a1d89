"""Which sign-ins still count, for sockets that were opened with them."""

from __future__ import annotations

from collections.abc import Collection

from channels.db import database_sync_to_async
from django.contrib.sessions.models import Session
from django.utils import timezone


@database_sync_to_async  # type: ignore[untyped-decorator]
def living_sessions(keys: Collection[str]) -> set[str]:
    """Return those of the session keys that have neither ended nor expired."""
    alive = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return set(alive.values_list("session_key", flat=True))
