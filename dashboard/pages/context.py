"""What every page gets: the exchange it speaks of, the way to the other pages, how to look."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from dashboard.accounts.models import User
from dashboard.accounts.selectors import suspension_of
from dashboard.accounts.stream.state import AccountFeed, main_account_feed
from dashboard.alerts import selectors as alerts
from dashboard.live.board import board
from dashboard.markets import selectors as markets
from dashboard.orders.safety.kill_switch import Stop, stop_of
from dashboard.pages.display import COLOURS, COOKIE, THEMES, Display
from dashboard.pages.health import pause_of_updates

PAGES = {
    "overview": "Overview",
    "markets-list": "Markets",
    "portfolio": "Portfolio",
    "orders-list": "Orders",
    "alerts-list": "Alerts",
    "settings-keys": "Settings",
}
SETTINGS_PAGES = {
    "settings-keys": "Exchange keys",
    "settings-safety": "Safety",
    "settings-display": "Display",
}


@dataclass(frozen=True, slots=True)
class Link:
    """One way to another page; `icon` names a picture and is the last part of a class."""

    title: str
    href: str
    icon: str
    is_current: bool


def every_page(request: HttpRequest) -> dict[str, Any]:
    """Return what base.html needs; what costs anything is a function that only it calls."""
    display = Display.from_cookie(request.COOKIES.get(COOKIE, ""))
    return {
        "exchange": settings.EXCHANGE,
        "is_paper": settings.EXCHANGE == "paper",
        "navigation": navigation(request.path),
        "settings_navigation": settings_navigation(request.path),
        "theme": display.theme,
        "colours": display.colours,
        "themes": THEMES,
        "all_colours": COLOURS,
        "feed": board.feed,
        "pause": pause_of_updates,
        "strip": markets.strip,
        "account_feed": partial(account_feed, request),
        "stop": partial(stop, request),
        "rung": partial(rung, request),
        "key_suspension": partial(key_suspension, request),
    }


def account_feed(request: HttpRequest) -> AccountFeed | None:
    """Return how the stream is of the account that a signed-in person's page shows."""
    return main_account_feed(request.user) if isinstance(request.user, User) else None


def stop(request: HttpRequest) -> Stop:
    """Return the kill switch as the frame of a signed-in person's page shows it."""
    return stop_of(request.user if isinstance(request.user, User) else None)


def rung(request: HttpRequest) -> list[alerts.NamedAlert]:
    """Return the alerts that rang and that a signed-in person has not taken notice of."""
    return alerts.named(alerts.unseen(request.user)) if isinstance(request.user, User) else []


def key_suspension(request: HttpRequest) -> str:
    """Return why a signed-in person's key is suspended, "" while none of theirs is."""
    return suspension_of(request.user) if isinstance(request.user, User) else ""


def navigation(path: str) -> list[Link]:
    """Return the main pages; the one that `path` lies in is the current one."""
    links = []
    for name, title in PAGES.items():
        href = reverse(name)
        section = href if href == "/" else f"/{href.split('/')[1]}/"
        is_current = path == "/" if section == "/" else path.startswith(section)
        links.append(Link(title, href, title.lower(), is_current))
    return links


def settings_navigation(path: str) -> list[Link]:
    """Return the pages of the settings while `path` is one of them."""
    hrefs = {reverse(name): title for name, title in SETTINGS_PAGES.items()}
    return [Link(title, href, "", href == path) for href, title in hrefs.items() if path in hrefs]
