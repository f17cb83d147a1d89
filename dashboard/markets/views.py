"""The table of markets, and the stars on it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dashboard.accounts.exchange_api import read_api
from dashboard.http import Request, render_page, wants_fragment
from dashboard.markets import selectors, stars
from dashboard.markets.sorting import Sort, headings


@require_safe
def market_list(request: Request) -> HttpResponse:
    search = selectors.searchable(request.GET.get("q", ""))
    sort = Sort.from_text(request.GET.get("sort", ""))
    is_starred = request.GET.get("list", "") == "stars"
    starred = stars.starred(request.user)
    return render_page(
        request,
        "markets/list.html",
        {
            "search": search,
            "sort": sort,
            "is_starred": is_starred,
            "starred": starred,
            "headings": headings(sort=sort, search=search, is_starred=is_starred),
            "rows": selectors.market_rows(
                search=search, sort=sort, among=starred if is_starred else None
            ),
            "unlisted": selectors.unlisted(starred) if is_starred and starred else [],
            "are_known": selectors.has_instruments(),
            "note": read_api().note,
        },
        fragment="market-table",
    )


@require_POST
def market_star(request: Request) -> HttpResponse:
    """Put a star on the market named by `star`, or take it from the one named by `unstar`."""
    symbol = request.POST.get("star", "")
    if symbol:
        if not stars.star(request.user, symbol):
            raise Http404
    else:
        stars.unstar(request.user, symbol := request.POST.get("unstar", ""))
    if not wants_fragment(request):
        return redirect("markets-list")
    starred = stars.starred(request.user)
    return render(request, "markets/_star.html", {"symbol": symbol, "starred": starred})
