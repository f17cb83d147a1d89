"""The envelope in which the exchange answers every write."""

from __future__ import annotations

from typing import Any, Self

from msgspec import Struct

from exchange import rows


class Notification(Struct, frozen=True, kw_only=True):
    """The envelope of every write's answer. Its time is not kept: its unit varies.

    `content` is the part that differs by `type`, still as parsed.
    Source: Bitfinex docs, Notifications.
    """

    type: str
    content: Any
    code: int | None
    status: str
    text: str

    @classmethod
    @rows.decodes
    def from_wire(cls, row: Any) -> Self:
        """Build from [time, type, id, null, content, code, status, text]."""
        row = rows.array(row, 8)
        return cls(
            type=rows.text(row[1]),
            content=row[4],
            code=rows.optional_integer(row[5]),
            # What another socket of ours has to say has none.
            status=rows.optional_text(row[6]) or "",
            text=rows.optional_text(row[7]) or "",
        )
