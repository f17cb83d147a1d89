"""Health for machines: alive at all, and how old the prices are."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from dashboard.live import health
from dashboard.live.board import board
from dashboard.live.quotes import FeedState


@require_GET
@login_not_required
def health_live(request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")


@require_GET
@login_not_required
def health_feed(request: HttpRequest) -> HttpResponse:
    """Answer 200 while prices are live or slow, 503 with the reason otherwise.

    What else it tells is in docs/health.md.
    """
    feed = board.feed()
    is_usable = feed.state in {FeedState.LIVE, FeedState.SLOW}
    return JsonResponse(
        {
            "state": feed.state,
            "age_ms": feed.age_ms,
            "reason": feed.reason,
            "relay": health.relay(board.vitals()),
            "hub": health.hub(),
        },
        status=200 if is_usable else 503,
    )
