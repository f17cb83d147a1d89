"""Whether what works behind the pages still does: the sweeper, and what beat rings for."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from dashboard.accounts.due_work import Work, claimable
from dashboard.accounts.selectors import connected_accounts
from dashboard.orders.models import OrderSync, SweeperLease
from dashboard.orders.sweeper import SEARCHER, SWEEPER
from dashboard.portfolio.models import BalancePoll

# Sweeps come every two seconds and what is due is done within one or two; a search may wait for
# the exchange a few times over.
MOST_SILENT = timedelta(seconds=30)
KEPT_SECONDS = 5
NO_DATABASE = "The database does not answer."


@require_GET
@login_not_required
def health_ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 while all that pages rely on works, 503 with what does not otherwise."""
    problems = find_problems()
    return JsonResponse({"problems": problems}, status=503 if problems else 200)


def pause_of_updates() -> str:
    """Return why orders and balances are not kept up to date, "" while they are."""
    return " ".join(cache.get_or_set("pause-of-updates", find_problems, KEPT_SECONDS) or [])


def find_problems() -> list[str]:
    now = timezone.now()
    try:
        return [*silent_duties(now), *overdue_work(now)]
    except DatabaseError:
        return [NO_DATABASE]


def silent_duties(now: datetime) -> list[str]:
    """Return who once worked and has fallen silent; before the first account nobody has to."""
    if not connected_accounts().filter(created_at__lt=now - MOST_SILENT).exists():
        return []
    alive = SweeperLease.objects.filter(beat_at__gte=now - MOST_SILENT)
    names = set(alive.values_list("name", flat=True))
    words = {SWEEPER: "retires old orders", SEARCHER: "looks for lost orders"}
    return [
        f"The worker that {does} has stopped." for name, does in words.items() if name not in names
    ]


def overdue_work(now: datetime) -> list[str]:
    """Return which work has been due for long and was begun by nobody."""
    overdue = {"Orders": is_overdue(OrderSync, now), "Balances": is_overdue(BalancePoll, now)}
    return [
        f"{words} are not being read from the exchange."
        for words, is_so in overdue.items()
        if is_so
    ]


def is_overdue(kind: type[Work], now: datetime) -> bool:
    if claimable(kind._default_manager, now - MOST_SILENT).exists():
        return True
    # Rows are made by the first round; without any there has been none.
    accounts = connected_accounts().filter(created_at__lt=now - MOST_SILENT)
    return accounts.exclude(pk__in=kind._default_manager.values("account")).exists()
