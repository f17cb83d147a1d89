"""Changing an order: its figures, what would change with what to confirm, and the press."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from dashboard.http import Request, render_page
from dashboard.markets import selectors as markets
from dashboard.orders import amending, guards, selectors
from dashboard.orders.amend_form import AmendForm
from dashboard.orders.guards import Guard
from dashboard.orders.holds import account_hold
from dashboard.orders.models import Amendment, Order
from dashboard.orders.outlook import outlook_of
from dashboard.orders.views.orders import order_url, own_order


@require_http_methods(["GET", "HEAD", "POST"])
def order_amend(request: Request, order_id: int) -> HttpResponse:
    """Show the order's figures; a post shows the change, one with its token makes it."""
    order = own_order(request, order_id)
    token = posted_token(request)
    if token and Amendment.objects.filter(order=order, token=token).exists():
        return HttpResponseRedirect(order_url(order), status=303)
    if request.method != "POST":
        return amend_page(request, order, AmendForm(order=order))
    form = AmendForm(request.POST, order=order)
    if not form.names or not form.is_valid():
        return amend_page(request, order, form, status=422)
    if token is None:
        return amend_page(request, order, form, token=uuid4())
    return send(request, order, form, token)


def send(request: Request, order: Order, form: AmendForm, token: UUID) -> HttpResponse:
    """Make the change if everything about it is confirmed, and show the order."""
    missing = guards.unconfirmed(
        amending.changed(order, form.changes()),
        guards_of(order, form),
        ticks=request.POST.getlist("confirm"),
        amount=request.POST.get("typed", ""),
    )
    if missing:
        return amend_page(request, order, form, token=token, missing=missing, status=422)
    try:
        amending.amend(order, form.changes(), token=token)
    except amending.HeldBack as held:
        return amend_page(request, order, form, token=token, trouble=str(held), status=422)
    return HttpResponseRedirect(order_url(order), status=303)


def guards_of(order: Order, form: AmendForm) -> list[Guard]:
    """Return what looks like a mistake about the order as it would be."""
    instrument = markets.instrument(order.symbol)
    if instrument is None:
        return []
    meant = amending.changed(order, form.changes())
    outlook = outlook_of(meant)
    return [*guards.crossing(meant, instrument, outlook), *guards.away(meant, outlook)]


def amend_page(
    request: Request,
    order: Order,
    form: AmendForm,
    *,
    token: UUID | None = None,
    missing: list[Guard] | None = None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "row": selectors.order_row(order),
        "form": form,
        "trouble": account_hold(order.account),
    }
    if token is not None:
        context |= {
            "token": token,
            "lines": amending.lines(order, form.changes()),
            "guards": guards_of(order, form),
            "missing": {guard.code for guard in missing or ()},
            "trouble": trouble or amending.hold(order, form.changes()),
            "typed": amending.changed(order, form.changes()).amount,
        }
    return render_page(request, "orders/amend.html", context, fragment="amend", status=status)


def posted_token(request: Request) -> UUID | None:
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError:
        return None
