"""What became of orders: the list, one order, and the end of one."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from dashboard.http import Request, render_page, wants_fragment
from dashboard.markets import selectors as markets
from dashboard.orders import amending, selectors, services
from dashboard.orders.models import Order


@require_safe
def order_detail(request: Request, order_id: int) -> HttpResponse:
    return detail(request, own_order(request, order_id))


def detail(request: Request, order: Order) -> HttpResponse:
    context = {
        "row": selectors.order_row(order),
        "fills": selectors.fills_of_order(order),
        "amendments": amending.rows_of(order),
    }
    return render_page(request, "orders/detail.html", context, fragment="order")


@require_POST
def order_cancel(request: Request, order_id: int) -> HttpResponse:
    """Ask for the cancellation; the lists fetch what came of it."""
    order = own_order(request, order_id)
    services.cancel_order(order)
    if wants_fragment(request):
        return trigger_client_event(HttpResponse(status=204), "orders-changed")
    return HttpResponseRedirect(order_url(order), status=303)


@require_safe
def order_list(request: Request) -> HttpResponse:
    """List orders; ?symbol= keeps one market's, ?show=open leaves out what is over."""
    symbol = request.GET.get("symbol", "").strip()
    if symbol and markets.instrument(symbol) is None:
        raise Http404("no such market")
    is_open_only = request.GET.get("show") == "open"
    open_orders = selectors.open_orders(request.user, symbol=symbol)
    context = {
        "symbol": symbol,
        "is_open_only": is_open_only,
        "address": request.get_full_path(),
        "open_orders": open_orders,
        "problem": selectors.sync_problem(request.user),
    }
    if not is_open_only:
        # An order may end between the two readings; it is shown once, where it was first seen.
        shown = {row.order.pk for row in open_orders}
        past = selectors.past_orders(request.user, symbol=symbol)
        context["past_orders"] = [row for row in past if row.order.pk not in shown]
        context["fills"] = selectors.fills(request.user, symbol=symbol)
    fragment = "open-orders" if is_open_only else "orders"
    return render_page(request, "orders/list.html", context, fragment=fragment)


def own_order(request: Request, order_id: int) -> Order:
    """Return the person's own order; whose else it may be is nobody's business."""
    order = selectors.order_of(request.user, order_id)
    if order is None:
        raise Http404("no such order")
    return order


def order_url(order: Order) -> str:
    return reverse("orders-detail", args=[order.pk])
