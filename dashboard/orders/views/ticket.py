"""The order ticket, its review, and the press that places."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from dashboard.accounts.models import ExchangeAccount
from dashboard.accounts.selectors import main_account
from dashboard.http import Request, render_page, wants_fragment
from dashboard.markets import selectors as markets
from dashboard.orders import selectors, services
from dashboard.orders.forms import TicketForm
from dashboard.orders.guards import Guard, unconfirmed
from dashboard.orders.holds import account_hold
from dashboard.orders.kinds import KINDS, ticket_fields
from dashboard.orders.models import Order
from dashboard.orders.outlook import picks
from dashboard.orders.review import Review, review_of
from dashboard.orders.shares import with_share
from dashboard.orders.states import State
from dashboard.orders.views.orders import detail, order_url

LONGEST_PREFILL = 40
PREFILLED = (
    *("symbol", "side", "type", "wallet", "unit", "amount"),
    *("price", "stop", "distance", "tif", "leverage"),
)
# What of a kind's price fields is written to an order: everything else a ticket holds is as it is.
COLUMNS = ("price", "price_aux_limit", "price_trailing", "price_oco_stop")


@require_http_methods(["GET", "HEAD", "POST"])
def order_new(request: Request) -> HttpResponse:
    """Show the ticket; a valid one is answered with its review. Nothing is ever sent here."""
    account = main_account(request.user)
    if account is None:
        return render_page(request, "orders/no_account.html", {}, fragment="no-account")
    if request.method == "POST":
        if "size" in request.POST:
            return ticket(request, with_share(request.POST, account))
        return review(request, account, TicketForm(request.POST, account=account))
    symbol = request.GET.get("symbol", "").strip()
    if not symbol:
        context = {"instruments": markets.instruments()}
        return render_page(request, "orders/choose.html", context, fragment="choose")
    if markets.instrument(symbol) is None:
        raise Http404("no such market")
    return ticket(request, TicketForm(account=account, initial=prefill(request.GET)))


def prefill(asked: QueryDict) -> dict[str, Any]:
    """Return what a link wants in the ticket, as text: the form judges it when it is posted."""
    wanted = {name: asked.get(name, "").strip()[:LONGEST_PREFILL] for name in PREFILLED}
    chosen = {name: text for name, text in wanted.items() if text}
    usual = {"side": "buy", "type": "LIMIT", "wallet": "exchange", "unit": "base"}
    return usual | chosen | {"flags": asked.getlist("flags")[: len(KINDS)]}


def ticket(request: Request, form: TicketForm) -> HttpResponse:
    symbol = str(form["symbol"].value() or "")
    context = {
        "form": form,
        "market": selectors.ticket_market(form.account, symbol),
        "kinds": KINDS.values(),
        "picks": picks(symbol),
        "held": account_hold(form.account),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render_page(request, "orders/new.html", context, fragment="ticket", status=status)


@require_safe
def order_preview(request: Request) -> HttpResponse:
    """Say what the ticket as typed so far would do, or what is wrong with it first."""
    account = main_account(request.user)
    if account is None or not wants_fragment(request):
        query = request.GET.urlencode()
        return HttpResponseRedirect(f"{reverse('orders-new')}?{query}", status=303)
    form = TicketForm(request.GET, account=account)
    context: dict[str, Any] = {"review": None, "problem": ""}
    if form.is_valid():
        context["review"] = review_of(form.order())
    else:
        context["problem"] = first_problem(form)
    return render(request, "orders/_preview.html", context)


def first_problem(form: TicketForm) -> str:
    """Return the first sentence about something that was typed: what is still empty may wait."""
    for name, errors in form.errors.items():
        if form.data.get(name, "").strip():
            return str(errors[0])
    return ""


def review(request: Request, account: ExchangeAccount, form: TicketForm) -> HttpResponse:
    if not form.is_valid():
        return ticket(request, form)
    meant = form.order()
    columns = (*COLUMNS, "flags", "leverage", "time_in_force")
    order = services.record_draft(
        account=account,
        symbol=meant.symbol,
        side=meant.side,
        type=meant.type,
        amount=meant.amount,
        **{name: getattr(meant, name) for name in columns},
    )
    if wants_fragment(request):
        return reviewed(request, order, status=200)
    # A page of its own, so that going back to it or loading it again posts nothing.
    return HttpResponseRedirect(reverse("orders-review", args=[order.token]), status=303)


@require_safe
def order_review(request: Request, token: UUID) -> HttpResponse:
    """Show a draft's review; what was placed from it is shown instead once it was."""
    order = services.usable_order(user=request.user, token=token)
    if order is None:
        return render_page(request, "orders/expired.html", {}, fragment="expired", status=404)
    if order.state != State.DRAFT:
        return HttpResponseRedirect(order_url(order), status=303)
    return reviewed(request, order, status=200)


def reviewed(
    request: Request,
    order: Order,
    *,
    status: int,
    missing: Sequence[Guard] = (),
    trouble: str = "",
) -> HttpResponse:
    """Show a draft with what it would do; `missing` are the guards a press did not confirm."""
    context = {
        "review": review_of(order),
        "order": order,
        "fields": ticket_fields(order),
        "missing": {guard.code for guard in missing},
        "ticks": request.POST.getlist("confirm"),
        "trouble": trouble,
    }
    return render_page(request, "orders/review.html", context, fragment="review", status=status)


@require_POST
def order_place(request: Request) -> HttpResponse:
    """Place the reviewed order that the token names, as its draft has it.

    Figures in the form decide nothing: where they differ from the draft, nothing is placed.
    """
    clicked_at = timezone.now()
    token = posted_token(request)
    order = services.usable_order(user=request.user, token=token) if token else None
    if order is None:
        return render_page(request, "orders/expired.html", {}, fragment="expired", status=422)
    is_other = contradicts(request.POST, order)
    if order.state == State.DRAFT:
        if is_other:
            return reviewed(request, order, status=422, trouble=OTHER_FIGURES)
        refusal = confirmed(request, order)
        if refusal is not None:
            return refusal
        held_back = services.place_order(order, clicked_at=clicked_at)
        if held_back:
            return reviewed(request, order, status=422, trouble=held_back)
    elif is_other:
        return already(request, order)
    if wants_fragment(request):
        return trigger_client_event(detail(request, order), "orders-changed")
    return HttpResponseRedirect(order_url(order), status=303)


OTHER_FIGURES = (
    "The form you sent holds other figures than this review, so nothing was sent. "
    "Check the figures, then press the button again."
)


def confirmed(request: Request, order: Order) -> HttpResponse | None:
    """Return the review again where it may not be placed yet; note why it may, otherwise."""
    found: Review | None = review_of(order)
    if found is None or found.lock or found.problems:
        return reviewed(request, order, status=422)
    missing = unconfirmed(
        order,
        found.guards,
        ticks=request.POST.getlist("confirm"),
        amount=request.POST.get("typed", ""),
    )
    if missing:
        return reviewed(request, order, status=422, missing=missing)
    # Stored with the intent.
    order.reference = json.dumps([guard.sentence for guard in found.guards])
    return None


def contradicts(posted: QueryDict, order: Order) -> bool:
    """Tell whether the form names other figures than the order has."""
    fields = ticket_fields(order)
    names = (*PREFILLED, "flags")
    return any(
        name in posted and posted.getlist(name) != as_list(fields.get(name, "")) for name in names
    )


def as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def already(request: Request, order: Order) -> HttpResponse:
    """Say that the press was used before, for something else than it now says."""
    context = {"row": selectors.order_row(order)}
    return render_page(request, "orders/already.html", context, fragment="already", status=409)


def posted_token(request: Request) -> UUID | None:
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError:
        return None
