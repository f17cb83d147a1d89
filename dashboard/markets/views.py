"""The table of markets."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from dashboard.accounts.exchange_api import read_api
from dashboard.http import Request, render_page
from dashboard.markets import selectors
from dashboard.markets.sorting import Sort, headings


@require_safe
def market_list(request: Request) -> HttpResponse:
    search = selectors.searchable(request.GET.get("q", ""))
    sort = Sort.from_text(request.GET.get("sort", ""))
    return render_page(
        request,
        "markets/list.html",
        {
            "search": search,
            "sort": sort,
            "headings": headings(sort=sort, search=search),
            "rows": selectors.market_rows(search=search, sort=sort),
            "are_known": selectors.has_instruments(),
            "note": read_api().note,
        },
        fragment="market-table",
    )
