"""How an account's stream is, for pages and for machines.

An account of which nothing happens is heard of every 15 s, by a heartbeat: so it is live until it
is stale, where a price would be slow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models.functions import Now

from dashboard.accounts.models import ExchangeAccount, SealedKey, StreamLease, User
from dashboard.accounts.selectors import connected_accounts, main_account
from dashboard.figures import age_text
from dashboard.live.quotes import FeedState, state_of

MILLISECOND = timedelta(milliseconds=1)
NOBODY_HEARS = "No worker hears the account's stream yet."


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFeed:
    """When the exchange last spoke of an account, and why not lately ("" where all is well)."""

    account_id: int
    age_ms: int | None
    reason: str

    @property
    def state(self) -> FeedState:
        state = state_of(self.age_ms, is_streamed=True)
        return FeedState.LIVE if state == FeedState.SLOW else state

    @property
    def text(self) -> str:
        """Return the chip's words; the browser goes on counting from here."""
        return f"account {self.state}" + (
            "" if self.age_ms is None else f" {age_text(self.age_ms)}"
        )


def main_account_feed(user: User) -> AccountFeed | None:
    """Return how the stream is of the account that pages show; None where there is none."""
    account = main_account(user)
    return None if account is None else feed_of(account)


def feed_of(account: ExchangeAccount) -> AccountFeed:
    ((age_ms, reason),) = ages_and_reasons([account.pk]) or [(None, NOBODY_HEARS)]
    # What ails the key is why nothing comes, whatever the stream said before.
    problem = SealedKey.objects.filter(account=account).values_list("problem", flat=True).first()
    return AccountFeed(account_id=account.pk, age_ms=age_ms, reason=problem or reason)


def streams_health() -> dict[str, Any]:
    """Return how many accounts are connected, how many are heard, and the worst of the ages."""
    ids = list(connected_accounts().values_list("pk", flat=True))
    ages = [age for age, _ in ages_and_reasons(ids) if age is not None]
    usable = [age for age in ages if state_of(age, is_streamed=True) != FeedState.STALE]
    return {
        "connected": len(ids),
        "heard": len(usable),
        "oldest_age_ms": max(ages, default=None),
    }


def ages_and_reasons(account_ids: list[int]) -> list[tuple[int | None, str]]:
    """Return the milliseconds since the exchange spoke, by the database's clock, and the reasons.

    An account that no worker ever heard is left out.
    """
    names = [str(account_id) for account_id in account_ids]
    rows = StreamLease.objects.filter(name__in=names).values_list("heard_at", "reason", Now())
    return [(age_between(heard_at, now), reason) for heard_at, reason, now in rows]


def age_between(heard_at: datetime | None, now: datetime) -> int | None:
    return None if heard_at is None else max(0, (now - heard_at) // MILLISECOND)
