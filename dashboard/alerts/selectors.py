"""What is known about people's alerts. Everything starts from a person, but for the watcher's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from dashboard.accounts.models import User
from dashboard.alerts.models import PriceAlert
from dashboard.live.board import absent_cells, board
from dashboard.live.quotes import Cell
from dashboard.markets import selectors as markets

SHOWN_RINGS = 50


@dataclass(frozen=True, slots=True)
class NamedAlert:
    """An alert with the name of its market, as people read it."""

    alert: PriceAlert
    market: str

    @property
    def last(self) -> Cell:
        """Return the market's last price as pages show it."""
        quote = board.quote(self.alert.symbol)
        cells = quote.cells if quote else absent_cells(self.alert.symbol)
        return cells["last"]


def named(alerts: Iterable[PriceAlert]) -> list[NamedAlert]:
    alerts = list(alerts)
    names = markets.public_names({alert.symbol for alert in alerts})
    return [NamedAlert(alert, names.get(alert.symbol, alert.symbol)) for alert in alerts]


def waiting(user: User, symbol: str = "") -> QuerySet[PriceAlert]:
    """Return the alerts that have yet to ring, the newest first."""
    alerts = PriceAlert.objects.filter(user=user, rang_at=None).order_by("-made_at", "-pk")
    return alerts.filter(symbol=symbol) if symbol else alerts


def rung(user: User) -> QuerySet[PriceAlert]:
    """Return the last alerts that rang, the newest first."""
    alerts = PriceAlert.objects.filter(user=user, rang_at__isnull=False)
    return alerts.order_by("-rang_at", "-pk")[:SHOWN_RINGS]


def unseen(user: User) -> QuerySet[PriceAlert]:
    """Return what rang and its person has not taken notice of, the newest first."""
    alerts = PriceAlert.objects.filter(user=user, rang_at__isnull=False, seen_at=None)
    return alerts.order_by("-rang_at", "-pk")


def everyones_waiting() -> list[PriceAlert]:
    """Return what the watcher has to compare prices with."""
    return list(PriceAlert.objects.filter(rang_at=None).order_by("pk"))
