"""What the exchange keeps about an account besides its money and orders, and its stored form."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

# Once over this long after it was asked for, a withdrawal has left.
SETTLED_AFTER_MS = 30_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A deposit (amount above 0) or a withdrawal (below), in units; the fee is above 0.

    Whether it is pending or completed follows from the time.
    """

    id: int
    currency: str
    method: str
    started_ms: int
    amount: int
    fee: int
    address: str
    payment_id: str | None = None
    note: str | None = None

    def is_settled(self, now_ms: int) -> bool:
        """Tell whether it is over. A deposit is only told of when it is."""
        return self.amount > 0 or now_ms >= self.started_ms + SETTLED_AFTER_MS

    def updated_ms(self, now_ms: int) -> int:
        """Return when its status last changed."""
        if self.amount < 0 and self.is_settled(now_ms):
            return self.started_ms + SETTLED_AFTER_MS
        return self.started_ms

    def status(self, now_ms: int) -> str:
        """Say how far it is in the exchange's words. Source: Bitfinex docs, "Movements"."""
        return "COMPLETED" if self.is_settled(now_ms) else "PENDING"

    def transaction_id(self, now_ms: int) -> str | None:
        """Name its transaction, in a form that no chain uses; None while it is pending."""
        return f"paper-transaction-{self.id}" if self.is_settled(now_ms) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A price (units) of a market at which the account is to be told, `count` times over."""

    symbol: str
    price: int
    count: int


@dataclass(slots=True)
class Affairs:
    """Everything about one account. movements are oldest first; renewals count new addresses."""

    opened_ms: int
    movements: list[Movement] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    renewals: dict[str, int] = field(default_factory=dict)


def affairs_record(affairs: Affairs) -> dict[str, Any]:
    """Describe affairs as JSON-ready values."""
    return asdict(affairs)


def affairs_of(record: dict[str, Any]) -> Affairs:
    """Rebuild affairs from what `affairs_record` made."""
    return Affairs(
        opened_ms=record["opened_ms"],
        movements=[Movement(**movement) for movement in record["movements"]],
        alerts=[Alert(**alert) for alert in record["alerts"]],
        renewals=record["renewals"],
    )
