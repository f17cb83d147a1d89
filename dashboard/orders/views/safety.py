"""The kill switch and the limits: pulling, releasing, setting."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from dashboard.accounts.selectors import accounts_of, main_account
from dashboard.http import Request, render_page
from dashboard.orders import cancelling
from dashboard.orders.safety import history, kill_switch, limits
from dashboard.orders.safety.limits_form import LimitsForm

BY = "the stop button"
NOT_RELEASED = (
    f"The kill switch is still on: type the word {kill_switch.RELEASE_WORD} to release it."
)


LATER = "What is lower counts from now on; what is looser counts in twelve hours."


@require_POST
def halt(request: Request) -> HttpResponse:
    """Pull the switch of every account of the person, then cancel whatever is open."""
    accounts = list(accounts_of(request.user).filter(sealed_key__isnull=False))
    batch = uuid4()
    for account in accounts:
        kill_switch.engage(account, by=BY, user=request.user)
    for account in accounts:
        cancelling.cancel_everything(account, scope="everything", batch=batch)
    return HttpResponseRedirect(reverse("orders-cancelled", args=[batch]), status=303)


@require_safe
def safety(request: Request) -> HttpResponse:
    return safety_page(request)


@require_POST
def release(request: Request) -> HttpResponse:
    """Release the switch of every account of the person, if the word was typed."""
    if request.POST.get("word", "").strip().lower() != kill_switch.RELEASE_WORD:
        return safety_page(request, trouble=NOT_RELEASED, status=422)
    for account in accounts_of(request.user):
        kill_switch.release(account, user=request.user)
    messages.success(request, "The kill switch is released. Orders can be placed again.")
    return HttpResponseRedirect(reverse("settings-safety"), status=303)


@require_POST
def set_limits(request: Request) -> HttpResponse:
    """Take lower limits over at once, and looser ones in twelve hours."""
    account = main_account(request.user)
    if account is None:
        return safety_page(request, status=422)
    form = LimitsForm(request.POST, standing=limits.standing(account))
    if not form.is_valid():
        return safety_page(request, form=form, status=422)
    held = limits.set_limits(account, form.limits(), user=request.user)
    messages.success(request, LATER if held.pending else "Your limits count from now on.")
    return HttpResponseRedirect(reverse("settings-safety"), status=303)


@require_POST
def withdraw_limits(request: Request) -> HttpResponse:
    """Give up looser limits that still wait."""
    account = main_account(request.user)
    if account is not None:
        limits.withdraw_pending(account, user=request.user)
    messages.success(request, "The looser limits are withdrawn; what counted goes on counting.")
    return HttpResponseRedirect(reverse("settings-safety"), status=303)


def safety_page(
    request: Request, *, trouble: str = "", form: LimitsForm | None = None, status: int = 200
) -> HttpResponse:
    account = main_account(request.user)
    context: dict[str, Any] = {"account": account, "release_word": kill_switch.RELEASE_WORD}
    if account is not None:
        held = limits.standing(account)
        context |= {
            "switch": kill_switch.engaged(account),
            "release_trouble": trouble,
            "limits": held,
            "form": form or LimitsForm(standing=held),
            "pending": [
                {"title": limits.TITLES[name], "value": text or "no limit"}
                for name, text in held.pending.items()
            ],
            "changes": history.last_changes(account),
        }
    return render_page(request, "orders/safety.html", context, fragment="safety", status=status)
