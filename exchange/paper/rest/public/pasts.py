"""Trades and candles, as far back as a year."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from exchange.paper.engine import Engine
from exchange.paper.market.candles import ALIASES, TIMEFRAMES
from exchange.paper.market.showcase import Funding
from exchange.paper.market_rows import candle_row, funding_trade_row
from exchange.paper.refusals import invalid
from exchange.paper.rest.public.asking import Query, methods, watched, window
from exchange.paper.rows import Row, trade_row
from exchange.paper.trading.desk import LiveMarket

_TRADES_BY_DEFAULT, _MOST_TRADES = 125, 10_000
_CANDLES_BY_DEFAULT, _MOST_CANDLES = 100, 10_000
# A funding candle is asked for with one period, or with an average over periods.
_KEY = re.compile(
    r"trade:(?P<timeframe>[^:]+):(?P<symbol>t[^:]+(?::[^:]+)?|f[^:]+)"
    r"(?P<periods>:p\d{1,3}|:a\d{1,3}:p\d{1,3}:p\d{1,3})?",
    re.ASCII,
)


class CandleKey(NamedTuple):
    """Which candles: those of a market, in a timeframe."""

    live: LiveMarket
    timeframe: str


def candle_key(engine: Engine, key: str) -> CandleKey:
    """Read a key such as "trade:1m:tBTCUSD" or "trade:1h:fUSD:a30:p2:p30". Raises Refusal.

    Loans of all periods are counted, whichever the key names.
    """
    found = _KEY.fullmatch(key)
    if found is None:
        raise invalid("key")
    timeframe = ALIASES.get(found["timeframe"], found["timeframe"])
    if timeframe not in TIMEFRAMES:
        raise invalid("timeframe")
    live = watched(engine, found["symbol"])
    if isinstance(live.market, Funding) != bool(found["periods"]):
        raise invalid("symbol")
    return CandleKey(live, timeframe)


def _trades(engine: Engine, path: re.Match[str], query: Query) -> list[Row]:
    live = watched(engine, path["symbol"])
    asked = window(query, usual=_TRADES_BY_DEFAULT, most=_MOST_TRADES)
    row = funding_trade_row if isinstance(live.market, Funding) else trade_row
    trades = live.tape.trades(asked.start_ms, asked.end_ms, oldest_first=asked.oldest_first)
    return [row(trade) for trade in islice(trades, asked.limit)]


def _candles(engine: Engine, path: re.Match[str], query: Query) -> list[Row]:
    live, timeframe = candle_key(engine, path["key"])
    asked = window(query, usual=_CANDLES_BY_DEFAULT, most=_MOST_CANDLES)
    candles = live.chart.candles(
        timeframe,
        start_ms=asked.start_ms,
        end_ms=asked.end_ms,
        limit=asked.limit,
        oldest_first=asked.oldest_first,
    )
    return [candle_row(candle) for candle in candles]


def _last_candle(engine: Engine, path: re.Match[str], query: Query) -> Row:
    live, timeframe = candle_key(engine, path["key"])
    return candle_row(live.chart.last(timeframe))


METHODS = methods(
    (r"/v2/trades/(?P<symbol>[^/]+)/hist", _trades),
    (r"/v2/candles/(?P<key>[^/]+)/hist", _candles),
    (r"/v2/candles/(?P<key>[^/]+)/last", _last_candle),
)
