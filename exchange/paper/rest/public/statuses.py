"""Whether the platform works, and where the perpetuals stand."""

from __future__ import annotations

import re

from exchange.paper.engine import Engine
from exchange.paper.market.showcase import Perpetual
from exchange.paper.market_rows import derivative_row
from exchange.paper.refusals import invalid
from exchange.paper.rest.public.asking import Query, methods, window
from exchange.paper.rows import Row
from exchange.paper.trading.desk import LiveMarket

_STATUSES_BY_DEFAULT, _MOST_STATUSES = 125, 5_000


def derivative_status(engine: Engine, symbol: str) -> Row | None:
    """Return where a perpetual stands now, without its key; None for an unknown one."""
    live = engine.showcase.get(symbol)
    if live is None or not isinstance(live.market, Perpetual):
        return None
    spot = engine.markets.get(live.market.underlying, live)
    return derivative_row(live, live.day.last, spot.day.last, engine.clock())


def _platform(engine: Engine, path: re.Match[str], query: Query) -> Row:
    return [int(engine.is_operative)]


def _derivatives(engine: Engine, path: re.Match[str], query: Query) -> list[Row]:
    keys = query.get("keys", "")
    if not keys:
        raise invalid("keys")
    symbols = list(engine.showcase) if keys == "ALL" else keys.split(",")
    statuses = ((symbol, derivative_status(engine, symbol)) for symbol in symbols)
    # Source: live probes of 2026; an unknown key is left out, not refused.
    return [[symbol, *status] for symbol, status in statuses if status is not None]


def _history(engine: Engine, path: re.Match[str], query: Query) -> list[Row]:
    live = engine.showcase.get(path["symbol"])
    asked = window(query, usual=_STATUSES_BY_DEFAULT, most=_MOST_STATUSES)
    if live is None or not isinstance(live.market, Perpetual):
        return []
    candles = live.chart.candles(
        "1m",
        start_ms=asked.start_ms,
        end_ms=asked.end_ms,
        limit=asked.limit,
        oldest_first=asked.oldest_first,
    )
    if not candles:
        return []
    spots = _spots(engine, live, min(candles).start_ms, max(candles).start_ms)
    return [
        derivative_row(live, each.close, spots.get(each.start_ms, each.close), each.start_ms)
        for each in candles
    ]


def _spots(engine: Engine, live: LiveMarket, start_ms: int, end_ms: int) -> dict[int, int]:
    market = live.market
    assert isinstance(market, Perpetual)  # noqa: S101 - the caller has seen to it
    chart = engine.markets.get(market.underlying, live).chart
    minutes = chart.candles("1m", start_ms=start_ms, end_ms=end_ms)
    return {minute.start_ms: minute.close for minute in minutes}


def _liquidations(engine: Engine, path: re.Match[str], query: Query) -> list[Row]:
    # Bots hold no positions that could be closed by force.
    return []


METHODS = methods(
    (r"/v2/platform/status", _platform),
    (r"/v2/status/deriv", _derivatives),
    (r"/v2/status/deriv/(?P<symbol>[^/]+)/hist", _history),
    (r"/v2/liquidations/hist", _liquidations),
)
