"""Which alerts a price rings. Pure: no clock, no database, no socket."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from dashboard.alerts.models import Direction, PriceAlert
from dashboard.live.events import QuoteValues
from dashboard.live.quotes import STALE_MS


class Comparing:
    """The alerts that wait, by market."""

    def __init__(self) -> None:
        self.by_symbol: dict[str, list[PriceAlert]] = {}

    def wait_for(self, alerts: Iterable[PriceAlert]) -> None:
        """Compare with these from now on, and with no others."""
        self.by_symbol = {}
        for alert in alerts:
            self.by_symbol.setdefault(alert.symbol, []).append(alert)

    @property
    def symbols(self) -> list[str]:
        return sorted(self.by_symbol)

    def reached_by(self, quote: QuoteValues) -> list[tuple[PriceAlert, Decimal]]:
        """Return the alerts that a quote's last price has reached, each with that price.

        An old price rings nothing: where the market is now, nobody knows.
        """
        waiting = self.by_symbol.get(quote["symbol"])
        if not waiting or quote["last"] is None or quote["age_ms"] >= STALE_MS:
            return []
        if quote.get("standing"):
            return []  # nobody can trade at it
        last = Decimal(quote["last"])
        return [(alert, last) for alert in waiting if is_reached(alert, last)]


def is_reached(alert: PriceAlert, last: Decimal) -> bool:
    if alert.direction == Direction.RISES:
        return last >= alert.price
    return last <= alert.price
