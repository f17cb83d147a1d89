"""What the feed of liquidations tells: positions of strangers that were closed by force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from exchange import rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Liquidation:
    """A position that is or was closed by force; a negative amount was a short one.

    `is_match` is False when it is announced and True when it trades; `price`, at which it was
    taken over, is None where the exchange does not say. `is_market_sold` tells a sale into the
    market from a position that the exchange took over. Source: Bitfinex docs, Liquidations; their
    older page for the stream says the last one the other way round.
    """

    position_id: int
    time: datetime
    symbol: str
    amount: Decimal
    base_price: Decimal
    is_match: bool
    is_market_sold: bool
    price: Decimal | None

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from ["pos", id, milliseconds, null, symbol, amount, price, null, 0, 1, …]."""
        row = rows.padded(row, 10, 12)
        if row[0] != "pos":
            raise ValueError("not the liquidation of a position")
        return cls(
            position_id=rows.integer(row[1]),
            # The stream's own sample has a fraction of a millisecond: 1574697680828.2002.
            time=rows.time_ms(int(rows.decimal(row[2]))),
            symbol=rows.text(row[4]),
            amount=rows.decimal(row[5]),
            base_price=rows.decimal(row[6]),
            is_match=rows.flag(row[8]),
            is_market_sold=rows.flag(row[9]),
            price=rows.optional_decimal(row[11]),
        )
