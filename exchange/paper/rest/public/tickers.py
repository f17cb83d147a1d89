"""Tickers of pairs, perpetuals and funding, now and at past hours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from heapq import merge
from itertools import islice

from exchange.paper.engine import Engine
from exchange.paper.market.candles import Candle
from exchange.paper.market.showcase import Funding
from exchange.paper.market.spans import HOUR_MS
from exchange.paper.market_rows import funding_ticker_row
from exchange.paper.numbers import cut_down, cut_up, number
from exchange.paper.refusals import invalid
from exchange.paper.rest.public.asking import Query, methods, watched, window
from exchange.paper.rows import Row, ticker_row
from exchange.paper.trading.desk import LiveMarket

_MOMENTS_BY_DEFAULT, _MOST_MOMENTS = 125, 250


def _ticker(engine: Engine, path: re.Match[str], query: Query) -> Row:
    return _row(watched(engine, path["symbol"]))


def _row(live: LiveMarket) -> Row:
    if isinstance(live.market, Funding):
        return funding_ticker_row(live, first_trade=True)
    return ticker_row(live, first_trade=True)


def _tickers(engine: Engine, path: re.Match[str], query: Query) -> list[Row]:
    wanted = query.get("symbols", "")
    if not wanted:
        raise invalid("symbols")
    everything = (*engine.markets, *engine.showcase)
    symbols: Iterable[str] = everything if wanted == "ALL" else wanted.split(",")
    known = (symbol for symbol in symbols if engine.find(symbol) is not None)
    return [[symbol, *_row(watched(engine, symbol))] for symbol in known]


def _history(engine: Engine, path: re.Match[str], query: Query) -> list[Row]:
    asked = window(query, usual=_MOMENTS_BY_DEFAULT, most=_MOST_MOMENTS)
    symbols = query.get("symbols", "")
    if not symbols:
        raise invalid("symbols")
    found = filter(None, map(engine.find, symbols.split(",")))
    # Each hour's last prices are those of the next full hour.
    start_ms, end_ms = max(0, asked.start_ms - HOUR_MS), asked.end_ms - HOUR_MS
    hours = [
        [
            (candle.start_ms + HOUR_MS, live, candle)
            for candle in live.chart.candles(
                "1h",
                start_ms=start_ms,
                end_ms=min(end_ms, engine.clock() - HOUR_MS),
                limit=asked.limit,
                oldest_first=asked.oldest_first,
            )
        ]
        for live in found
    ]
    newest_first = not asked.oldest_first
    moments = merge(*hours, key=lambda moment: moment[0], reverse=newest_first)
    return [_moment_row(*moment) for moment in islice(moments, asked.limit)]


def _moment_row(moment_ms: int, live: LiveMarket, candle: Candle) -> Row:
    row: Row = [None] * 13
    half = max(1, candle.close * live.market.spread_millionths // 2_000_000)
    row[0], row[12] = live.market.symbol, moment_ms
    row[1], row[3] = number(cut_down(candle.close - half)), number(cut_up(candle.close + half))
    return row


METHODS = methods(
    (r"/v2/ticker/(?P<symbol>[^/]+)", _ticker),
    (r"/v2/tickers", _tickers),
    (r"/v2/tickers/hist", _history),
)
