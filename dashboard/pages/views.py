"""Pages that join areas: the overview, one market, and how everything looks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from dashboard.http import Request, render_page, wants_fragment
from dashboard.live import drawing
from dashboard.live.board import board
from dashboard.live.watching import precisions_of
from dashboard.markets import selectors as markets
from dashboard.markets import stars, watchlists
from dashboard.markets.chart import CHART
from dashboard.markets.models import Instrument
from dashboard.orders import selectors as orders
from dashboard.pages.balances import pair_balances
from dashboard.pages.display import COOKIE, Display
from dashboard.portfolio import selectors as portfolio

KEEP_DISPLAY = timedelta(days=400)  # the longest that browsers keep a cookie


@require_safe
def overview(request: Request) -> HttpResponse:
    context: dict[str, Any] = {"are_known": markets.has_instruments()}
    if not wants_fragment(request):
        context |= {
            "portfolio": portfolio.portfolio(request.user),
            "open_orders": orders.open_orders(request.user),
            "problem": orders.sync_problem(request.user),
        }
    return render_page(request, "pages/overview.html", context, fragment="tiles")


@require_safe
def market(request: Request, symbol: str) -> HttpResponse:
    instrument = markets.instrument(symbol)
    if instrument is None:
        return other_market(request, symbol)
    context = balances_of(request, instrument)
    if not wants_fragment(request):
        context |= market_now(instrument) | orders_in(request, instrument)
        context |= {
            "starred": stars.starred(request.user),
            "lists": watchlists.with_market(request.user, instrument.symbol),
        }
    return render_page(request, "pages/market.html", context, fragment="balances")


def balances_of(request: Request, instrument: Instrument) -> dict[str, Any]:
    held = portfolio.portfolio(request.user)
    return {
        "symbol": instrument.symbol,
        "portfolio": held,
        "balances": pair_balances(held, instrument),
    }


def market_now(instrument: Instrument) -> dict[str, Any]:
    symbol = instrument.symbol
    return {
        "instrument": instrument,
        **CHART,
        "row": markets.market_row(instrument, board.quotes()),
        "book": drawing.book(symbol, board.book(symbol)),
        "precisions": precisions_of(symbol),
        "trades": drawing.trades(symbol, board.trades(symbol)),
    }


def orders_in(request: Request, instrument: Instrument) -> dict[str, Any]:
    symbol = instrument.symbol
    return {
        "open_orders": orders.open_orders(request.user, symbol=symbol),
        "past_orders": orders.past_orders(request.user, symbol=symbol),
        "fills": orders.fills(request.user, symbol=symbol),
        "problem": orders.sync_problem(request.user),
    }


def other_market(request: Request, symbol: str) -> HttpResponse:
    """Lead to the market that was meant where only its spelling differs, or say which is near."""
    meant = markets.canonical(symbol)
    if meant is not None:
        return redirect("markets-detail", symbol=meant.symbol)
    context = {
        "asked": markets.searchable(symbol),
        "nearest": markets.nearest(symbol),
        "was_listed": markets.was_listed(symbol),
        "are_known": markets.has_instruments(),
    }
    return render(request, "pages/unknown_market.html", context, status=404)


@require_http_methods(["GET", "HEAD", "POST"])
def display(request: Request) -> HttpResponse:
    """Show how pages can look; a POST keeps the choices in this browser."""
    chosen = Display.from_cookie(request.COOKIES.get(COOKIE, ""))
    if request.method != "POST":
        return render(request, "pages/display.html", {"display": chosen})
    chosen = chosen.with_choices(
        theme=request.POST.get("theme", ""), colours=request.POST.get("colours", "")
    )
    response = HttpResponseRedirect(next_page(request.POST.get("next", "")), status=303)
    response.set_cookie(
        COOKIE,
        chosen.cookie(),
        max_age=KEEP_DISPLAY,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


def next_page(text: str) -> str:
    """Return `text` where it leads to a page of ours, the overview otherwise."""
    is_ours = text.startswith("/") and url_has_allowed_host_and_scheme(text, allowed_hosts=None)
    return text if is_ours else reverse("overview")
