"""What an account pays and has traded: `auth/r/summary`."""

from __future__ import annotations

from typing import Any

from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT, number, quotient
from exchange.paper.rest.account_calls import Call, Method, methods
from exchange.paper.rows import Row
from exchange.paper.trading.orders import Fill
from exchange.paper.trading.settlement import MAKER_FEE_MILLIONTHS, TAKER_FEE_MILLIONTHS

PERIOD_MS = 30 * 24 * 3600 * 1000

_TOTAL = "Total (USD)"


def recent_fills(engine: Engine, account: str) -> list[Fill]:
    """Return an account's fills of the last thirty days."""
    since = engine.clock() - PERIOD_MS
    return [fill for fill in engine.desk.fills_of(account) if fill.made_ms >= since]


def volumes(engine: Engine, fills: list[Fill]) -> dict[str, tuple[int, int]]:
    """Return what was traded by currency: (all of it, what of it made the market), in units.

    Base currencies count as coins; the total is in US dollars.
    """
    found: dict[str, tuple[int, int]] = {}
    for fill in fills:
        size, code = abs(fill.amount), fill.market.base.code
        for name, amount in ((code, size), (_TOTAL, in_dollars(engine, code, size))):
            every, made = found.get(name, (0, 0))
            found[name] = (every + amount, made + amount * fill.is_maker)
    return {_TOTAL: (0, 0)} | found


def fees_paid(fills: list[Fill]) -> dict[str, int]:
    """Return the fees of fills by currency, in units."""
    found: dict[str, int] = {}
    for fill in fills:
        found[fill.fee_currency] = found.get(fill.fee_currency, 0) + fill.fee
    return found


def in_dollars(engine: Engine, code: str, amount: int) -> int:
    """Return what an amount is worth now; 0 for what has no market against the dollar."""
    if code == "USD":
        return amount
    glued = engine.markets.get(f"t{code}USD") or engine.markets.get(f"t{code}:USD")
    return amount * glued.day.last // UNIT if glued is not None else 0


def _summary(call: Call) -> Row:
    maker, taker = quotient(MAKER_FEE_MILLIONTHS, 10**6), quotient(TAKER_FEE_MILLIONTHS, 10**6)
    fills = recent_fills(call.engine, call.account)
    paid = fees_paid(fills)
    total = sum(in_dollars(call.engine, code, fee) for code, fee in paid.items())
    traded = volumes(call.engine, fills)
    row: Row = [None] * 10
    row[4] = [[maker, maker, maker, None, None, 0], [taker, taker, taker, None, None, 0]]
    row[5] = [
        [_volume(name, *amounts) for name, amounts in traded.items()],
        {code: number(fee) for code, fee in paid.items()},
        number(total),
    ]
    row[6] = [None, {}, 0]
    row[9] = {"leo_lev": 0, "leo_amount_avg": 0}
    return row


def _volume(name: str, every: int, made: int) -> dict[str, Any]:
    # Amounts are texts here, unlike everywhere else. Source: a recorded answer that ccxt keeps.
    told = {"vol": every, "vol_maker": made, "vol_BFX": every, "vol_BFX_maker": made}
    return {"curr": name} | {part: str(number(amount)) for part, amount in told.items()}


METHODS = methods((r"r/summary", Method(_summary, "account")))
