"""Candles by HTTP: data for the chart, a table for people, at one address."""

from __future__ import annotations

import math
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from dashboard.accounts.problems import problem_text
from dashboard.http import Request
from dashboard.markets import candles, selectors
from dashboard.markets.candles import Asked, BadRequest
from dashboard.markets.models import Instrument
from exchange.errors import ExchangeError, RateLimited
from exchange.models.markets import Timeframe

RETRY_SECONDS = 5
NO_MARKET = "The exchange lists no market of this name."


@require_safe
def market_candles(request: Request, symbol: str) -> HttpResponse:
    """Answer with a page of candles: a table, or JSON for who says that it wants that."""
    wants_json = request.get_preferred_type(["text/html", "application/json"]) != "text/html"
    answer = as_json if wants_json else as_table
    response = answer(request, symbol)
    patch_vary_headers(response, ["Accept"])
    return response


def as_json(request: Request, symbol: str) -> HttpResponse:
    if selectors.instrument(symbol) is None:
        return JsonResponse({"problem": NO_MARKET}, status=404)
    try:
        asked = candles.asked_of(request.GET)
        found, age_ms = candles.page(symbol, asked)
    except BadRequest as exc:
        return JsonResponse({"problem": str(exc)}, status=400)
    except ExchangeError as exc:
        wait = retry_seconds(exc)
        body = {"problem": problem_text(exc), "retry_seconds": wait}
        return JsonResponse(body, status=503, headers={"Retry-After": str(wait)})
    body = {
        "symbol": symbol,
        "timeframe": asked.timeframe,
        "candles": found.candles,
        "next_end": found.next_end_ms,
        "age_ms": age_ms,
    }
    return JsonResponse(body)


def retry_seconds(problem: ExchangeError) -> int:
    """Return when asking again makes sense."""
    wait = problem.wait_seconds if isinstance(problem, RateLimited) else 0
    return max(RETRY_SECONDS, math.ceil(wait))


def as_table(request: Request, symbol: str) -> HttpResponse:
    instrument = selectors.instrument(symbol)
    if instrument is None:
        # The page of that address says which market may have been meant.
        return redirect("markets-detail", symbol=symbol)
    try:
        asked = candles.asked_of(request.GET)
    except BadRequest as exc:
        usual = Asked(timeframe=candles.USUAL, end_ms=None)
        return table(request, instrument, usual, {"problem": str(exc)}, status=400)
    try:
        found, _ = candles.page(symbol, asked)
    except ExchangeError as exc:
        problem = f"{problem_text(exc)} Load this page again in a moment."
        return table(request, instrument, asked, {"problem": problem}, status=503)
    rows = [candles.row_of(text) for text in reversed(found.candles)]
    return table(request, instrument, asked, {"rows": rows, "next_end": found.next_end_ms})


def table(
    request: Request,
    instrument: Instrument,
    asked: Asked,
    shown: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    context = {
        "instrument": instrument,
        "symbol": instrument.symbol,
        "timeframe": asked.timeframe.value,
        "timeframes": [each.value for each in Timeframe],
        "is_past": asked.end_ms is not None,
        **shown,
    }
    return render(request, "markets/candles.html", context, status=status)
