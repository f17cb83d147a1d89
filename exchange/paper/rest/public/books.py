"""Order books of pairs, perpetuals and funding: by level (P0 to P4) and by order (R0)."""

from __future__ import annotations

import re

from exchange.paper.engine import Engine
from exchange.paper.market.showcase import Funding
from exchange.paper.market_rows import funding_book_row, funding_levels, raw_funding_row
from exchange.paper.numbers import SIGNIFICANT_DIGITS
from exchange.paper.refusals import invalid
from exchange.paper.rest.public.asking import Query, methods, watched
from exchange.paper.rows import Row, book_row, raw_book_row
from exchange.paper.trading.book import Book
from exchange.paper.trading.raw_book import nearest_orders

# P0 keeps all five significant digits, P4 one.
PRECISIONS = {f"P{cut}": SIGNIFICANT_DIGITS - cut for cut in range(5)}
LENGTHS = (1, 25, 100, 250)

_RAW = "R0"
_SIDES = (True, False)


def _book(engine: Engine, path: re.Match[str], query: Query) -> list[Row]:
    live, precision = watched(engine, path["symbol"]), path["precision"]
    if precision != _RAW and precision not in PRECISIONS:
        raise invalid("prec")
    if query.get("len", "25") not in map(str, LENGTHS):
        raise invalid("len")
    length, lends = int(query.get("len", "25")), isinstance(live.market, Funding)
    if precision == _RAW:
        return _raw(live.book, length, lends=lends)
    levels = _funding_levels if lends else _levels
    return levels(live.book, length, PRECISIONS[precision])


def _levels(book: Book, length: int, digits: int) -> list[Row]:
    return [
        book_row(price, count, amount if is_buy else -amount)
        for is_buy in _SIDES
        for price, (count, amount) in book.levels(
            is_buy=is_buy, count=length, digits=digits
        ).items()
    ]


def _funding_levels(book: Book, length: int, digits: int) -> list[Row]:
    return [
        funding_book_row(level, count, -amount if is_buy else amount)
        for is_buy in _SIDES
        for level, (count, amount) in funding_levels(
            book, is_buy=is_buy, count=length, digits=digits
        ).items()
    ]


def _raw(book: Book, length: int, *, lends: bool) -> list[Row]:
    orders = [
        resting
        for is_buy in _SIDES
        for resting in nearest_orders(book, is_buy=is_buy, count=length)
    ]
    if lends:
        return [raw_funding_row(resting) for resting in orders]
    return [
        raw_book_row(
            resting.id, resting.price, resting.amount if resting.is_buy else -resting.amount
        )
        for resting in orders
    ]


METHODS = methods((r"/v2/book/(?P<symbol>[^/]+)/(?P<precision>[^/]+)", _book))
