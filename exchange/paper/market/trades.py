"""A public trade."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trade:
    """A public trade. amount is signed by the side that took liquidity."""

    id: int
    made_ms: int
    amount: int
    price: int
