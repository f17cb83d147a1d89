"""Margin positions, and the way to close them."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.accounts.selectors import main_account
from dashboard.http import Request, render_page, wants_fragment
from dashboard.orders import closing


@require_safe
def position_list(request: Request) -> HttpResponse:
    """List open positions as the exchange tells them; each has a ticket that closes it.

    The page itself does not wait for the exchange: its list does, or a press without scripts.
    """
    account = main_account(request.user)
    if account is None:
        return render_page(request, "orders/no_account.html", {}, fragment="no-account")
    is_asked = wants_fragment(request) or request.GET.get("ask") == "now"
    found = closing.positions(account) if is_asked else None
    context = {"positions": found, "now": timezone.now()}
    return render_page(request, "orders/positions.html", context, fragment="positions")
