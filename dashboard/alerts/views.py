"""Alerts: the page, the part of it that other pages show, and what changes them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from dashboard.alerts import selectors, services
from dashboard.alerts.forms import AlertForm
from dashboard.figures import plain, price_text
from dashboard.http import Request, render_page, wants_fragment
from dashboard.markets import selectors as markets


@require_safe
def alert_list(request: Request) -> HttpResponse:
    return alerts_page(request)


@require_safe
def rung(request: Request) -> HttpResponse:
    """Answer with what rang and was not seen, as every page shows it."""
    unseen = selectors.named(selectors.unseen(request.user))
    return render(request, "alerts/_rung.html", {"rung": unseen})


@require_safe
def of_market(request: Request) -> HttpResponse:
    """Answer with the part of a market's page that sets and lists its alerts."""
    instrument = markets.instrument(request.GET.get("symbol", ""))
    if instrument is None:
        raise Http404
    return market_part(request, instrument.symbol)


@require_safe
def marks(request: Request) -> HttpResponse:
    """Answer with the prices waited for in one market, as lines for its chart to draw."""
    waiting = selectors.waiting(request.user, request.GET.get("symbol", "") or "-")
    lines = [
        {"kind": "line", "side": "", "price": plain(alert.price), "text": "Alert"}
        for alert in waiting
    ]
    return JsonResponse({"marks": lines})


@require_POST
def set_alert(request: Request) -> HttpResponse:
    """Wait for a price, or say why that cannot be; nothing that was typed is lost."""
    form = AlertForm(request.POST)
    if form.is_valid():
        instrument, price = form.cleaned_data["symbol"], form.cleaned_data["price"]
        try:
            alert = services.set_alert(request.user, instrument, price)
        except services.Refused as exc:
            form.add_error("price", str(exc))
        else:
            if wants_fragment(request):
                return market_part(request, instrument.symbol)
            told = f"{instrument.public_name} {alert.get_direction_display()} {price_text(price)}"
            messages.success(request, f"You will be told when {told}.")
            return HttpResponseRedirect(reverse("alerts-list"), status=303)
    if wants_fragment(request):
        return market_part(request, request.POST.get("symbol", ""), form=form)
    return alerts_page(request, form=form, status=422)


@require_POST
def delete(request: Request, alert_id: int) -> HttpResponse:
    """Forget one alert; whether it is somebody else's or nobody's, it is not found."""
    if not services.delete_alert(request.user, alert_id):
        raise Http404
    return HttpResponseRedirect(reverse("alerts-list"), status=303)


@require_POST
def take_notice(request: Request) -> HttpResponse:
    """Note that what rang was seen."""
    services.take_notice(request.user)
    if wants_fragment(request):
        return HttpResponse("")
    return HttpResponseRedirect(reverse("alerts-list"), status=303)


def market_part(request: Request, symbol: str, form: AlertForm | None = None) -> HttpResponse:
    context = {
        "symbol": symbol,
        "waiting": selectors.named(selectors.waiting(request.user, symbol)),
        "form": form or AlertForm(),
    }
    status = 422 if form else 200
    return render(request, "alerts/_market.html", context, status=status)


def alerts_page(
    request: Request, *, form: AlertForm | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form or AlertForm(initial={"symbol": request.GET.get("symbol", "")}),
        "waiting": selectors.named(selectors.waiting(request.user)),
        "past": selectors.named(selectors.rung(request.user)),
    }
    return render_page(request, "alerts/list.html", context, fragment="alerts", status=status)
