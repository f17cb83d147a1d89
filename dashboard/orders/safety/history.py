"""The record of every change of the kill switch and the limits; rows are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount, User
from dashboard.orders.models import SafetyChange

MOST_SHOWN = 20

Values = dict[str, Any]


def record(
    account: ExchangeAccount,
    subject: str,
    *,
    user: User | None,
    before: Values,
    after: Values,
    counts_from: datetime | None = None,
) -> None:
    """Add a change to the record. user: None where the command made it."""
    SafetyChange.objects.create(
        account=account,
        user=user,
        subject=subject,
        before=before,
        after=after,
        made_at=timezone.now(),
        counts_from=counts_from,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A change as a page shows it: what it was about, and each value before and after."""

    change: SafetyChange
    words: str


def last_changes(account: ExchangeAccount) -> list[ChangeRow]:
    """Return the last changes, the newest first."""
    made = SafetyChange.objects.filter(account=account).order_by("-made_at", "-pk")
    return [ChangeRow(change=change, words=words(change)) for change in made[:MOST_SHOWN]]


def words(change: SafetyChange) -> str:
    """Return a change in words: "kill switch: on, by the stop button"."""
    told = [f"{name} {shown(value)}" for name, value in change.after.items()]
    later = f", from {change.counts_from:%Y-%m-%d %H:%M} UTC on" if change.counts_from else ""
    return f"{change.subject}: {', '.join(told)}{later}"


def shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "no limit" if value is None else str(value)
