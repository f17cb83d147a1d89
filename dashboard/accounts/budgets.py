"""The rate budget on the database, for processes on many machines behind one address."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import Func, Subquery, Value
from django.db.models.functions import Now

from dashboard.accounts.models import RateBan, RateWindow
from exchange.errors import NotSent
from exchange.limits import BAN_SECONDS, WINDOW_SECONDS, banned, exhausted, per_minute

NOW = Now()
BAN = timedelta(seconds=BAN_SECONDS)
WINDOW_MS = round(WINDOW_SECONDS * 1000)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
logger = logging.getLogger(__name__)


class DatabaseBudget:
    """Counts calls in one row per family of endpoints; see exchange.limits.

    Times are those of the database's clock, the only one that all machines share.
    """

    def __init__(self, *, now: Func | Value = NOW) -> None:
        self._now = now

    def spend(self, family: str, *, urgent: bool = False) -> None:
        """Count one call. Raises RateLimited where none is left, NotSent without a database."""
        limit = per_minute(family, urgent=urgent)
        try:
            if not self._count(family, limit):  # the family's first call
                RateWindow.objects.get_or_create(family=family)
                self._count(family, limit)
        except DatabaseError as exc:
            raise NotSent("the database that counts the calls does not answer") from exc

    def ban(self) -> None:
        """Stop all calls for a minute: the exchange has just blocked this address.

        Never raises: an answer is in hand, and what it says counts, whatever the database does.
        """
        try:
            RateBan.objects.filter(until__lte=self._now).delete()
            RateBan.objects.create(until=self._now + BAN)
        except DatabaseError:
            logger.warning("the database did not take the ban that the exchange has set")

    @transaction.atomic
    def _count(self, family: str, limit: int) -> bool:
        row = RateWindow.objects.select_for_update().filter(family=family).first()
        if row is None:
            return False
        # Asked when the row is ours, because the wait for it may have been long.
        now, banned_until = self._times(family)
        if banned_until is not None and now < banned_until:
            raise banned((banned_until - now).total_seconds())
        now_ms = (now - _EPOCH) // timedelta(milliseconds=1)
        calls = [at for at in row.calls_ms if now_ms - WINDOW_MS < at <= now_ms]
        if len(calls) >= limit:
            raise exhausted(family, (calls[0] + WINDOW_MS - now_ms) / 1000)
        row.calls_ms = [*calls, now_ms]
        row.save(update_fields=["calls_ms"])
        return True

    def _times(self, family: str) -> tuple[datetime, datetime | None]:
        """Return the database's time, and until when the newest ban lasts."""
        newest = RateBan.objects.order_by("-until").values("until")[:1]
        asked = RateWindow.objects.filter(family=family).values_list(self._now, Subquery(newest))
        now, banned_until = asked.get()
        return now, banned_until
