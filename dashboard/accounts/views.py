"""Signing in and out, and the page of exchange keys."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from dashboard.accounts import selectors, services
from dashboard.accounts.permissions import can_trade, can_withdraw
from dashboard.accounts.stream.state import streams_health
from dashboard.http import Request
from dashboard.live.events import tell_person


@require_safe
@login_not_required
@sensitive_variables("token")
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Sign the owner in. A HEAD request changes nothing: chat programs send them for previews."""
    if request.method == "HEAD":
        return HttpResponse()
    user = services.use_welcome_link(token)
    if user is not None:
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    elif not request.user.is_authenticated:
        return render(request, "accounts/welcome_dead.html", status=410)
    return redirect("overview")


@require_safe
@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("overview")
    return render(request, "accounts/sign_in.html")


@require_POST
def sign_out(request: Request) -> HttpResponse:
    user_id = request.user.pk
    logout(request)
    tell_person(user_id, "signed-out")
    response = redirect("sign-in")
    # Not "cookies": those of every other program on this host name would go with ours.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_safe
@login_not_required
def health_accounts(request: HttpRequest) -> HttpResponse:
    """Answer 200 while a worker hears every account, 503 otherwise; whose they are is not said."""
    health = streams_health()
    is_well = health["heard"] == health["connected"]
    return JsonResponse(health, status=200 if is_well else 503)


@require_safe
def keys(request: Request) -> HttpResponse:
    stored = [
        {
            "account": key.account,
            "ending": key.ending,
            "stored_at": key.stored_at,
            "problem": key.problem,
            "can_trade": can_trade(key.account.permissions or {}),
            "can_withdraw": can_withdraw(key.account.permissions or {}),
        }
        for key in selectors.stored_keys(request.user)
    ]
    context = {"keys": stored, "key_file": settings.KEY_FILE, "no_real_keys": services.NO_REAL_KEYS}
    return render(request, "accounts/keys.html", context)
