"""A book order by order, as precision R0 shows it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice

from exchange.paper.trading.book import Book, Resting


def nearest_orders(book: Book, *, is_buy: bool, count: int) -> list[Resting]:
    """Return the best `count` visible orders of one side; at one price the lower id comes first.

    Source: Bitfinex docs, "WebSocket Checksum": equal prices are ordered by id.
    """
    return list(islice(_in_order(book.side(is_buy=is_buy).orders()), count))


def _in_order(line: Iterator[Resting]) -> Iterator[Resting]:
    for _, waiting in groupby(line, key=lambda resting: resting.price):
        yield from sorted(waiting, key=lambda resting: resting.id)
