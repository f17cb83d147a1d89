"""The tabs beside the open orders: history, fills and the journal, filtered and in parts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from dashboard.http import Request, render_page
from dashboard.orders import listing, selectors
from dashboard.orders.paging import Part


@require_safe
def order_history(request: Request) -> HttpResponse:
    """List the orders that are over, each with why it ended as it did."""
    symbols = listing.traded_symbols(request.user)
    filters = listing.filters_of(request.GET, symbols)
    part = listing.past_orders(request.user, filters, request.GET)
    states = {name: each.title for name, each in listing.OUTCOMES.items() if name != "open"}
    rows = selectors.order_rows(part.rows)
    return listed(request, "history", part, rows, filters, symbols, states)


@require_safe
def order_fills(request: Request) -> HttpResponse:
    """List the trades of the account, each with its fee."""
    symbols = listing.traded_symbols(request.user)
    filters = listing.filters_of(request.GET, symbols)
    part = listing.fills(request.user, filters, request.GET)
    return listed(request, "fills", part, selectors.fill_rows(part.rows), filters, symbols)


@require_safe
def order_journal(request: Request) -> HttpResponse:
    """List whatever was confirmed or seen, with what the journal knows of its way."""
    symbols = listing.traded_symbols(request.user)
    filters = listing.filters_of(request.GET, symbols)
    part = listing.journal(request.user, filters, request.GET)
    states = {name: each.title for name, each in listing.OUTCOMES.items()}
    rows = selectors.order_rows(part.rows)
    return listed(request, "journal", part, rows, filters, symbols, states)


def listed(
    request: Request,
    tab: str,
    part: Part[Any],
    rows: list[Any],
    filters: listing.Filters,
    symbols: list[str],
    states: dict[str, str] | None = None,
) -> HttpResponse:
    names = selectors.market_names(symbols)
    context = {
        "tab": tab,
        "part": part,
        "rows": rows,
        "filters": filters,
        "markets": [(symbol, names[symbol].pair) for symbol in symbols],
        "states": states or {},
        "address": address_of(request, part, filters),
        "problem": selectors.sync_problem(request.user),
    }
    return render_page(request, "orders/listing.html", context, fragment="listing")


def address_of(request: Request, part: Part[Any], filters: listing.Filters) -> str:
    """Return where the shown part is found again; the first one is wherever the newest are."""
    if part.newer is not None:
        return request.get_full_path()
    query = filters.query()
    return f"{request.path}?{query}" if query else request.path
