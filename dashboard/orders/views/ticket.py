"""The order ticket, its review, and the press that places."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from dashboard.accounts.models import ExchangeAccount
from dashboard.accounts.selectors import main_account
from dashboard.http import Request, render_page, wants_fragment
from dashboard.markets import selectors as markets
from dashboard.orders import selectors, services
from dashboard.orders.forms import TYPES, TicketForm
from dashboard.orders.models import Order
from dashboard.orders.review import review_of
from dashboard.orders.states import State
from dashboard.orders.views.orders import detail, order_url

LONGEST_PREFILL = 40
PREFILLED = ("symbol", "side", "type", "amount", "price")


@require_http_methods(["GET", "HEAD", "POST"])
def order_new(request: Request) -> HttpResponse:
    """Show the ticket; a valid one is answered with its review. Nothing is ever sent here."""
    account = main_account(request.user)
    if account is None:
        return render_page(request, "orders/no_account.html", {}, fragment="no-account")
    if request.method == "POST":
        return review(request, account, TicketForm(request.POST, account=account))
    symbol = request.GET.get("symbol", "").strip()
    if not symbol:
        context = {"instruments": markets.instruments()}
        return render_page(request, "orders/choose.html", context, fragment="choose")
    if markets.instrument(symbol) is None:
        raise Http404("no such market")
    return ticket(request, TicketForm(account=account, initial=prefill(request.GET)))


def prefill(asked: QueryDict) -> dict[str, str]:
    """Return what a link wants in the ticket, as text: the form judges it when it is posted."""
    wanted = {name: asked.get(name, "").strip()[:LONGEST_PREFILL] for name in PREFILLED}
    return {"side": "buy", "type": "LIMIT"} | {name: text for name, text in wanted.items() if text}


def ticket(request: Request, form: TicketForm) -> HttpResponse:
    symbol = str(form["symbol"].value() or "")
    context = {
        "form": form,
        "market": selectors.ticket_market(form.account, symbol),
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "orders/new.html", context, fragment="ticket", status=status)


def review(request: Request, account: ExchangeAccount, form: TicketForm) -> HttpResponse:
    if not form.is_valid():
        return ticket(request, form)
    order = services.record_draft(
        account=account,
        symbol=form.cleaned_data["symbol"],
        side=form.cleaned_data["side"],
        type=TYPES[form.cleaned_data["type"]],
        amount=form.cleaned_data["amount"],
        price=form.cleaned_data["price"],
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


def reviewed(request: Request, order: Order, *, status: int) -> HttpResponse:
    context = {"review": review_of(order), "order": order}
    return render_page(request, "orders/review.html", context, fragment="review", status=status)


@require_POST
def order_place(request: Request) -> HttpResponse:
    """Place the reviewed order that the token names; nothing else in the form is looked at."""
    token = posted_token(request)
    order = services.usable_order(user=request.user, token=token) if token else None
    if order is None:
        return render_page(request, "orders/expired.html", {}, fragment="expired", status=422)
    if order.state == State.DRAFT:
        review = review_of(order)
        if review is None or review.lock:
            return reviewed(request, order, status=422)
        services.place_order(order)
    if wants_fragment(request):
        return trigger_client_event(detail(request, order), "orders-changed")
    return HttpResponseRedirect(order_url(order), status=303)


def posted_token(request: Request) -> UUID | None:
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError:
        return None
