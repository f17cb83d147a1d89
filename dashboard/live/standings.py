"""Which markets are closed, as the relay knows: each by itself, or all in a maintenance."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.live.quotes import Standing


class Standings:
    """Says of which market what changed; pure."""

    def __init__(self) -> None:
        self.closed: dict[str, Standing] = {}
        self.is_in_maintenance = False

    def of(self, symbol: str) -> Standing:
        everywhere = Standing.MAINTENANCE if self.is_in_maintenance else Standing.OPEN
        return self.closed.get(symbol, everywhere)

    def close(self, closed: Mapping[str, Standing]) -> set[str]:
        """Take these markets for closed and no others; return those of which that is news."""
        before, self.closed = self.closed, dict(closed)
        return {each for each in {*before, *closed} if before.get(each) != closed.get(each)}

    def maintain(self, is_in_maintenance: bool) -> bool:
        """Note whether the whole exchange is in maintenance; return whether that is news."""
        is_news = is_in_maintenance != self.is_in_maintenance
        self.is_in_maintenance = is_in_maintenance
        return is_news
