"""Cancelling several orders: what would be cancelled, the press, and a result for each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from dashboard.accounts.models import ExchangeAccount
from dashboard.accounts.selectors import main_account
from dashboard.http import Request, render_page
from dashboard.markets import selectors as markets
from dashboard.orders import cancelling, selectors
from dashboard.orders.models import Order

SIDES = {"": "", "buy": "all buys", "sell": "all sells"}


@require_http_methods(["GET", "HEAD", "POST"])
def orders_cancel(request: Request) -> HttpResponse:
    """Show which orders one press would cancel; a post cancels those that it names.

    ?symbol= and ?side= keep to a market and a side; without them it is every open order.
    """
    account = main_account(request.user)
    if account is None:
        return render_page(request, "orders/no_account.html", {}, fragment="no-account")
    symbol, side = asked_scope(request)
    scope = scope_words(symbol, side)
    orders = cancelling.open_orders(account, symbol=symbol, side=side)
    if request.method == "POST":
        named = orders.filter(pk__in=numbers(request.POST.get("orders", "")))
        batch = cancelling.cancel_orders(account, list(named), scope=scope)
        return HttpResponseRedirect(reverse("orders-cancelled", args=[batch]), status=303)
    context = {
        "rows": selectors.order_rows(orders.select_related("account")),
        "scope": scope,
        "symbol": symbol,
        "side": side,
        "scopes": scopes(account),
    }
    return render_page(request, "orders/cancel_many.html", context, fragment="cancel-many")


def asked_scope(request: Request) -> tuple[str, str]:
    """Return the market and the side that the address names, "" for all. Raises Http404."""
    symbol = request.GET.get("symbol", "").strip()
    side = request.GET.get("side", "").strip()
    # A market that was delisted may still have orders of ours to cancel.
    is_known = not symbol or symbol_has_orders(request, symbol)
    if side not in SIDES or not is_known:
        raise Http404("no such orders")
    return symbol, side


def symbol_has_orders(request: Request, symbol: str) -> bool:
    if markets.instrument(symbol) is not None:
        return True
    return "\0" not in symbol and Order.objects.filter(user=request.user, symbol=symbol).exists()


def scope_words(symbol: str, side: str) -> str:
    """Return what would be cancelled: "all buys in BTC/USD", "every open order"."""
    if not symbol:
        return SIDES[side] or "every open order"
    name = selectors.market_names([symbol])[symbol].pair
    return f"{SIDES[side] or 'every order'} in {name}"


def scopes(account: ExchangeAccount) -> list[dict[str, Any]]:
    """Return the ways to choose: everything, a side, and each market that has open orders."""
    held = cancelling.open_orders(account).values_list("symbol", flat=True)
    choices = [("", ""), ("", "buy"), ("", "sell")]
    for symbol in dict.fromkeys(held):
        choices += [(symbol, ""), (symbol, "buy"), (symbol, "sell")]
    return [
        {"symbol": symbol, "side": side, "words": scope_words(symbol, side)}
        for symbol, side in choices
    ]


def numbers(text: str) -> list[int]:
    """Return the numbers of "3,17"; what is none, or none that a row could have, is left out."""
    parts = text.split(",")
    return [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 19]


@require_safe
def orders_cancelled(request: Request, batch: UUID) -> HttpResponse:
    """Show what became of each order of one press; it changes by itself while some is open."""
    rows = cancelling.batch_of(request.user, batch)
    orders = {
        row.order.pk: row
        for row in selectors.order_rows(each.order for each in rows if each.order is not None)
    }
    results = [
        {"row": row, "order": orders.get(row.order_id or 0), "words": cancelling.result(row)}
        for row in rows
    ]
    again = [row.order_id for row in rows if cancelling.can_be_asked_again(row)]
    context = {
        "batch": batch,
        "results": results,
        "again": ",".join(map(str, again)),
        "problem": selectors.sync_problem(request.user),
    }
    return render_page(request, "orders/cancelled.html", context, fragment="results")
