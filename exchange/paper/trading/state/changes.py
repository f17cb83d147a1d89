"""What has been touched since somebody last took note: what to save, and what to tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from exchange.paper.trading.accounts import Account, Entry
from exchange.paper.trading.margin.positions import Position
from exchange.paper.trading.orders import Fill, Order


@dataclass(slots=True)
class Changes:
    """Everything touched, each sort in the order of its happening.

    entries are the movements of money of those who trade; the bots' are not told. affairs are
    JSON-ready records of what an account has besides money and orders.
    """

    accounts: dict[str, Account] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    fills: list[Fill] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    positions: dict[int, Position] = field(default_factory=dict)
    affairs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.accounts or self.orders or self.affairs)
