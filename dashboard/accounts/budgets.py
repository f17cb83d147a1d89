"""The rate budget on the database, for processes on many machines behind one address."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.db import DatabaseError, transaction
from django.db.models import Max

from dashboard.accounts.models import RateBan, RateWindow
from exchange.errors import NotSent, RateLimited
from exchange.limits import BAN_SECONDS, WINDOW_SECONDS, per_minute


def milliseconds() -> int:
    return time.time_ns() // 1_000_000


logger = logging.getLogger(__name__)


class DatabaseBudget:
    """Counts calls in one row per family of endpoints; see exchange.limits."""

    def __init__(self, *, clock: Callable[[], int] = milliseconds) -> None:
        self._clock = clock

    def spend(self, family: str, *, urgent: bool = False) -> None:
        """Count one call. Raises RateLimited where none is left, NotSent without a database."""
        try:
            now_ms = self._clock()
            self._refuse_while_banned(now_ms)
            self._count(family, now_ms, per_minute(family, urgent=urgent))
        except DatabaseError as exc:
            raise NotSent("the database that counts the calls does not answer") from exc

    def ban(self) -> None:
        """Stop all calls for a minute: the exchange has just blocked this address.

        Never raises: an answer is in hand, and what it says counts, whatever the database does.
        """
        now_ms = self._clock()
        try:
            RateBan.objects.filter(until_ms__lte=now_ms).delete()
            RateBan.objects.create(until_ms=now_ms + round(BAN_SECONDS * 1000))
        except DatabaseError:
            logger.warning("the database did not take the ban that the exchange has set")

    def _refuse_while_banned(self, now_ms: int) -> None:
        until_ms = RateBan.objects.aggregate(newest=Max("until_ms"))["newest"]
        if until_ms is not None and now_ms < until_ms:
            raise limited("the exchange blocks this address", until_ms - now_ms)

    def _count(self, family: str, now_ms: int, limit: int) -> None:
        RateWindow.objects.get_or_create(family=family)
        window_ms = round(WINDOW_SECONDS * 1000)
        with transaction.atomic():
            row = RateWindow.objects.select_for_update().get(family=family)
            calls = [at for at in row.calls_ms if now_ms - window_ms < at <= now_ms]
            if len(calls) >= limit:
                raise limited(f"{family} is used up", calls[0] + window_ms - now_ms)
            row.calls_ms = [*calls, now_ms]
            row.save(update_fields=["calls_ms"])


def limited(why: str, wait_ms: int) -> RateLimited:
    wait_seconds = -(-wait_ms // 1000)
    return RateLimited(f"held back: {why}, wait {wait_seconds} s", wait_seconds=wait_seconds)
