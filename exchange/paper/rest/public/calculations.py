"""Questions about prices that need no key, asked by POST."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from exchange.paper.engine import Engine
from exchange.paper.fields import Fields, units, whole
from exchange.paper.market.currencies import BY_CODE
from exchange.paper.market.showcase import Funding, period_of
from exchange.paper.numbers import number, quotient
from exchange.paper.refusals import invalid
from exchange.paper.rest.public.asking import watched
from exchange.paper.rows import Row
from exchange.paper.trading.desk import LiveMarket

Calculation = Callable[[Engine, Fields], Any]


def _average(engine: Engine, fields: Fields) -> Row:
    """Answer [average price, amount]: what could be had of it now, at the book as it stands."""
    live = watched(engine, str(fields.get("symbol")))
    amount = units(fields, "amount")
    if not amount:
        raise invalid("amount")
    lends = isinstance(live.market, Funding)
    limit_name = "rate_limit" if lends else "price_limit"
    limit = units(fields, limit_name) if fields.get(limit_name) is not None else None
    longest = whole(fields, "period") if lends else None
    found, total = _reach(live, amount, limit, longest)
    if not found:
        return [0, 0]
    return [quotient(total, found * 10**8), number(found if amount > 0 else -found)]


def _reach(
    live: LiveMarket, amount: int, limit: int | None, longest: int | None
) -> tuple[int, int]:
    side = live.book.side(is_buy=amount < 0)
    left, total = abs(amount), 0
    for resting in side.orders():
        if not left or not side.accepts(resting.price, limit):
            break
        if longest is None or period_of(resting.id) <= longest:
            part = min(left, resting.amount)
            left, total = left - part, total + part * resting.price
    return abs(amount) - left, total


def _exchange_rate(engine: Engine, fields: Fields) -> Row:
    first, second = (_value(engine, fields, name) for name in ("ccy1", "ccy2"))
    return [number(round(first / second * 10**8))]


def _value(engine: Engine, fields: Fields, name: str) -> float:
    code = fields.get(name)
    if not isinstance(code, str) or code not in BY_CODE:
        raise invalid(name)
    return engine.prices.value(code)


CALCULATIONS: tuple[tuple[re.Pattern[str], Calculation], ...] = (
    (re.compile(r"/v2/calc/trade/avg"), _average),
    (re.compile(r"/v2/calc/fx"), _exchange_rate),
)
