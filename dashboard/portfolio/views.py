"""The wallets page, whose part the overview shows too."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from dashboard.http import Request, render_page
from dashboard.portfolio import selectors


@require_safe
def wallets(request: Request) -> HttpResponse:
    context = {"portfolio": selectors.portfolio(request.user)}
    return render_page(request, "portfolio/wallets.html", context, fragment="wallets")
