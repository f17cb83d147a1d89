"""What clients read, as exact numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any


def exact(number: Any) -> Decimal:
    """A number by the digits that the client would print."""
    return Decimal(str(number))


def exactly(rows: list[list[Any]]) -> list[list[Decimal]]:
    """Rows of such numbers."""
    return [[exact(number) for number in row] for row in rows]
