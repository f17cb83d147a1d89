"""What people see while the database does not answer: a page that says so, on every address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from dashboard.absence import is_database_absence

RETRY_SECONDS = "5"


class DatabaseAwayMiddleware(MiddlewareMixin):
    """Answer with the page in place of a crash. It stands where the session is known."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Ask who this is before anything else does, for nobody behind here would catch it."""
        if not getattr(view, "login_required", True):
            return None
        try:
            request.user.is_authenticated  # noqa: B018 - the asking is what may fail
        except (InterfaceError, OperationalError) as exc:
            if not is_database_absence(exc):
                raise
            return away()
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return away() if is_database_absence(exception) else None


def away() -> HttpResponse:
    # Without the request: what pages are drawn with is in the database.
    response = render(None, "503.html", status=503)
    response.headers["Retry-After"] = RETRY_SECONDS
    return response
