"""The kill switch and the limits: pulling, releasing, setting."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from dashboard.accounts.selectors import accounts_of, main_account
from dashboard.http import Request, render_page
from dashboard.orders import cancelling
from dashboard.orders.safety import history, kill_switch

BY = "the stop button"
NOT_RELEASED = (
    f"The kill switch is still on: type the word {kill_switch.RELEASE_WORD} to release it."
)


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


def safety_page(request: Request, *, trouble: str = "", status: int = 200) -> HttpResponse:
    account = main_account(request.user)
    context = {
        "account": account,
        "switch": kill_switch.engaged(account),
        "release_word": kill_switch.RELEASE_WORD,
        "release_trouble": trouble,
        "changes": history.last_changes(account) if account else [],
    }
    return render_page(request, "orders/safety.html", context, fragment="safety", status=status)
