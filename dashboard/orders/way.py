"""The way of a press in milliseconds: what a page shows as the latency of an order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.orders.models import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a press on its way; `after_ms` since the step before, None for the first."""

    title: str
    at: datetime
    after_ms: int | None

    @property
    def words(self) -> str:
        """Return the span with its sign: a fill's time is the exchange's, whose clock differs."""
        if self.after_ms is None:
            return ""
        return f"{'−' if self.after_ms < 0 else '+'}{abs(self.after_ms)}\u202fms"


def way_of(order: Order) -> list[Step]:
    """Return when a press was received, saved, sent, answered and first filled, as far as known."""
    times = [
        ("clicked", order.clicked_at),
        ("saved", order.saved_at),
        ("sent", order.sent_at),
        ("answered", order.answered_at),
        ("first fill, by the exchange's clock", order.first_fill_at),
    ]
    steps: list[Step] = []
    for title, at in times:
        if at is None:
            continue
        since = at - steps[-1].at if steps else None
        after_ms = None if since is None else round(since.total_seconds() * 1000)
        steps.append(Step(title=title, at=at, after_ms=after_ms))
    return steps
