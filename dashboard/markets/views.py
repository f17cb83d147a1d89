"""The table of markets, the stars on it, and its columns."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from dashboard.accounts.exchange_api import read_api
from dashboard.http import Request, render_page, wants_fragment
from dashboard.markets import choices, selectors, stars
from dashboard.markets.sorting import Sort
from dashboard.markets.table import table


@require_safe
def market_list(request: Request) -> HttpResponse:
    return table_page(request)


def table_page(
    request: Request, *, asked: str | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    """Answer with the table; `problem` says why something could not be put on the list."""
    key = request.GET.get("list", "") if asked is None else asked
    shown = table(
        request.user,
        search=selectors.searchable(request.GET.get("q", "")),
        sort=Sort.from_text(request.GET.get("sort", "")),
        asked=key,
    )
    context = shown | {
        "problem": problem,
        "address": list_address(key) if request.method == "POST" else request.get_full_path(),
        "are_known": selectors.has_instruments(),
        "note": read_api().note,
    }
    return render_page(
        request, "markets/list.html", context, fragment="market-table", status=status
    )


@require_safe
def market_strip(request: Request) -> HttpResponse:
    """Answer with the fifteen markets below every page: it asks until they are known.

    ?load=page is of a page that has nothing to fill in, and is loaded anew once they are.
    """
    if request.GET.get("load") == "page" and selectors.has_instruments():
        return HttpResponseClientRefresh()
    return render(request, "markets/_strip.html")


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


@require_POST
def market_columns(request: Request) -> HttpResponse:
    """Keep which columns a person's table has; without any, the usual ones come back."""
    choices.choose_columns(request.user, request.POST.getlist("column"))
    return HttpResponseRedirect(list_address(request.POST.get("list", "")), status=303)


def list_address(key: str) -> str:
    """Return where a list is shown; the page decides whether there is one of that name."""
    address = reverse("markets-list")
    return f"{address}?list={key}" if key.isalnum() and key.isascii() else address
