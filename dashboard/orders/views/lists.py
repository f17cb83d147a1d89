"""The tabs beside the open orders: history, fills and the journal, filtered and paged."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from dashboard.http import Request, render_page
from dashboard.orders import listing, selectors


@require_safe
def order_history(request: Request) -> HttpResponse:
    """List the orders that are over, each with why it ended as it did."""
    symbols = listing.traded_symbols(request.user)
    filters = listing.filters_of(request.GET, symbols)
    page = listing.past_orders(request.user, filters, request.GET.get("page", ""))
    states = {name: each.title for name, each in listing.OUTCOMES.items() if name != "open"}
    rows = selectors.order_rows(page.object_list)
    return listed(request, "history", page, rows, filters, symbols, states)


@require_safe
def order_fills(request: Request) -> HttpResponse:
    """List the trades of the account, each with its fee."""
    symbols = listing.traded_symbols(request.user)
    filters = listing.filters_of(request.GET, symbols)
    page = listing.fills(request.user, filters, request.GET.get("page", ""))
    return listed(request, "fills", page, selectors.fill_rows(page.object_list), filters, symbols)


@require_safe
def order_journal(request: Request) -> HttpResponse:
    """List whatever was confirmed or seen, with what the journal knows of its way."""
    symbols = listing.traded_symbols(request.user)
    filters = listing.filters_of(request.GET, symbols)
    page = listing.journal(request.user, filters, request.GET.get("page", ""))
    states = {name: each.title for name, each in listing.OUTCOMES.items()}
    rows = selectors.order_rows(page.object_list)
    return listed(request, "journal", page, rows, filters, symbols, states)


def listed(
    request: Request,
    tab: str,
    page: Page[Any],
    rows: list[Any],
    filters: listing.Filters,
    symbols: list[str],
    states: dict[str, str] | None = None,
) -> HttpResponse:
    names = selectors.market_names(symbols)
    context = {
        "tab": tab,
        "page": page,
        "rows": rows,
        "filters": filters,
        "markets": [(symbol, names[symbol].pair) for symbol in symbols],
        "states": states or {},
        "address": request.get_full_path(),
        "problem": selectors.sync_problem(request.user),
    }
    return render_page(request, "orders/listing.html", context, fragment="listing")
