"""What our views get and how they answer htmx: one URL is a whole page, or a named part of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from dashboard.accounts.models import User


class Request(HttpRequest):
    """A signed-in request: every page asks for one unless it opts out."""

    user: User
    htmx: HtmxDetails


def wants_fragment(request: Request) -> bool:
    """Tell whether htmx will swap a part; boosted links and history want the whole page."""
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_page(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    *,
    fragment: str,
    status: int = 200,
) -> HttpResponse:
    """Render the page, or only its part `fragment` when htmx asked for it."""
    name = f"{template}#{fragment}" if wants_fragment(request) else template
    response = render(request, name, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Boosted", "HX-History-Restore-Request"])
    return response
