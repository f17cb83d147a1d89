"""A person's orders and trades in one market, for the chart to draw."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from dashboard.http import Request
from dashboard.markets import selectors as markets
from dashboard.orders.marks import marks


@require_safe
def order_marks(request: Request) -> HttpResponse:
    symbol = request.GET.get("symbol", "")
    if markets.instrument(symbol) is None:
        return JsonResponse({"problem": "The exchange lists no market of this name."}, status=404)
    return JsonResponse({"marks": marks(request.user, symbol)})
