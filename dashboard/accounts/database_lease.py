"""A right that one process holds at a time, kept in the database and ended by its clock.

For components of workers that must go on while the broker is down: they need nothing else.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class DatabaseLease(models.Model):
    """Who holds a right, until when, and when its holder last showed that it works."""

    name = models.CharField(max_length=40, primary_key=True)
    holder = models.UUIDField(null=True)
    # Rises with every change of the holder.
    epoch = models.BigIntegerField(default=0)
    held_until = models.DateTimeField(null=True)
    # The holder's last completed round; readiness looks at it.
    beat_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


Lease = TypeVar("Lease", bound=DatabaseLease)


def hold(kind: type[Lease], name: str, holder: UUID, *, lasts: timedelta) -> bool:
    """Take the right or keep it; tell whether the caller has it now.

    Timed by the database's clock, the only one that all machines share.
    """
    rows = kind._default_manager.filter(name=name)
    until = Now() + lasts
    if rows.filter(holder=holder, held_until__gt=Now()).update(held_until=until):
        return True
    kind._default_manager.get_or_create(name=name)
    is_free = Q(held_until=None) | Q(held_until__lte=Now())
    taken = rows.filter(is_free).update(
        holder=holder, held_until=until, epoch=models.F("epoch") + 1
    )
    return bool(taken)


def beat(kind: type[Lease], name: str, holder: UUID) -> None:
    """Note that the holder has completed a round."""
    kind._default_manager.filter(name=name, holder=holder).update(beat_at=Now())


def release(kind: type[Lease], name: str, holder: UUID) -> None:
    """Give the right back, so that the next holder need not wait for its end."""
    kind._default_manager.filter(name=name, holder=holder).update(held_until=None)
