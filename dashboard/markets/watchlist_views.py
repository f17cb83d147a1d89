"""Making, naming and deleting watchlists, and what is on them."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from dashboard.http import Request, wants_fragment
from dashboard.markets import choices, watchlists
from dashboard.markets.models import Watchlist
from dashboard.markets.views import list_address, table_page


@require_http_methods(["GET", "HEAD", "POST"])
def watchlist_list(request: Request) -> HttpResponse:
    """Show a person's lists; a POST makes one more and shows it."""
    if request.method != "POST":
        return lists_page(request)
    try:
        made = watchlists.create(request.user, name := request.POST.get("name", ""))
    except watchlists.Refused as exc:
        return lists_page(request, problem=str(exc), typed=name, status=422)
    return HttpResponseRedirect(list_address(str(made.pk)), status=303)


@require_POST
def watchlist_rename(request: Request, number: int) -> HttpResponse:
    found = own_list(request, number)
    try:
        watchlists.rename(found, request.POST.get("name", ""))
    except watchlists.Refused as exc:
        return lists_page(request, problem=str(exc), wrong=number, status=422)
    return HttpResponseRedirect(reverse("markets-lists"), status=303)


@require_POST
def watchlist_delete(request: Request, number: int) -> HttpResponse:
    own_list(request, number).delete()
    return HttpResponseRedirect(reverse("markets-lists"), status=303)


@require_POST
def watchlist_first(request: Request) -> HttpResponse:
    """Let the page of markets open with a list."""
    choices.open_with(request.user, request.POST.get("first", ""))
    return HttpResponseRedirect(reverse("markets-lists"), status=303)


@require_POST
def watchlist_markets(request: Request, number: int) -> HttpResponse:
    """Put the market named by `add` on a list, or take the one named by `remove` away."""
    found = own_list(request, number)
    if "remove" in request.POST:
        watchlists.remove(found, symbol := request.POST["remove"])
    else:
        try:
            symbol = watchlists.add(found, request.POST.get("add", "")).symbol
        except watchlists.Refused as exc:
            return table_page(request, asked=str(number), problem=str(exc), status=422)
    if wants_fragment(request):
        context = {"symbol": symbol, "is_open": True}
        context |= {"lists": watchlists.with_market(request.user, symbol)}
        return render(request, "markets/_lists.html", context)
    return HttpResponseRedirect(list_address(str(number)), status=303)


def own_list(request: Request, number: int) -> Watchlist:
    found = watchlists.one(request.user, str(number))
    if found is None:
        raise Http404
    return found


def lists_page(
    request: Request, *, problem: str = "", typed: str = "", wrong: int = 0, status: int = 200
) -> HttpResponse:
    context = {
        "views": choices.views(request.user),
        "first": choices.choice_of(request.user).first or choices.ALL,
        "problem": problem,
        "typed": typed,
        "wrong": wrong,
    }
    return render(request, "markets/lists.html", context, status=status)
