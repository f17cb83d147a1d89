"""The checksum of a book, over the very characters that went out on the wire."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from itertools import zip_longest

LEVELS = 25


def book_checksum(bids: Sequence[tuple[str, str]], asks: Sequence[tuple[str, str]]) -> int:
    """Return the signed CRC-32 of the best 25 levels, bid and ask in turn.

    bids and asks are (price, amount) as wire text, best first; ask amounts carry their minus.
    Levels that do not exist are left out. Source: Bitfinex docs, "WebSocket Checksum".
    """
    words = [
        word
        for pair in zip_longest(bids[:LEVELS], asks[:LEVELS])
        for level in pair
        if level is not None
        for word in level
    ]
    unsigned = zlib.crc32(":".join(words).encode())
    return unsigned - (1 << 32) if unsigned >= 1 << 31 else unsigned
