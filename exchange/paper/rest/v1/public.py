"""The public methods of REST v1.

Source: Bitfinex docs v1, the page of each method; recorded answers of 2013 to 2024.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from exchange.paper.numbers import SIGNIFICANT_DIGITS, plain_text
from exchange.paper.rest.v1 import lending
from exchange.paper.rest.v1.calls import (
    LegacyRefusal,
    PublicCall,
    live_market,
    seconds,
    texts,
    whole,
)
from exchange.paper.rest.v1.positions import percent
from exchange.paper.trading.book import Book

_LEVELS_BY_DEFAULT = _TRADES_BY_DEFAULT = 50
_MOST_TRADES = 1_000
_STATS_DAYS = (1, 7, 30)


def _ticker(call: PublicCall) -> dict[str, str]:
    live, now_ms = live_market(call.engine, call.path["symbol"]), call.engine.clock()
    day = live.day
    day.roll(now_ms)
    bid, ask = live.book.bids.best() or day.last, live.book.asks.best() or day.last
    prices = {
        "mid": (bid + ask) // 2,
        "bid": bid,
        "ask": ask,
        "last_price": day.last,
        "low": day.low,
        "high": day.high,
        "volume": day.volume,
    }
    return texts(prices) | {"timestamp": seconds(now_ms)}


def _symbols(call: PublicCall) -> list[str]:
    return [live.market.pair.lower() for live in call.engine.markets.values()]


def _details(call: PublicCall) -> list[dict[str, Any]]:
    markets = [live.market for live in call.engine.markets.values()]
    return [
        {
            "pair": market.pair.lower(),
            "price_precision": SIGNIFICANT_DIGITS,
            "initial_margin": plain_text(percent(market.initial_margin)),
            "minimum_margin": plain_text(percent(market.minimum_margin)),
            "maximum_order_size": plain_text(market.maximum),
            "minimum_order_size": plain_text(market.minimum),
            "expiration": "NA",
            "margin": market.initial_margin is not None,
        }
        for market in markets
    ]


def _book(call: PublicCall) -> dict[str, list[dict[str, str]]]:
    book = live_market(call.engine, call.path["symbol"]).book
    now = seconds(call.engine.clock())
    levels = _orders if call.query.get("group") == "0" else _levels
    return {
        name: [
            {"price": plain_text(price), "amount": plain_text(amount), "timestamp": now}
            for price, amount in levels(book, is_buy, _count(call, f"limit_{name}"))
        ]
        for name, is_buy in (("bids", True), ("asks", False))
    }


def _count(call: PublicCall, name: str) -> int:
    return whole(call.query, name, _LEVELS_BY_DEFAULT)


def _levels(book: Book, is_buy: bool, count: int) -> Iterable[tuple[int, int]]:
    side = book.side(is_buy=is_buy)
    return [(price, side.at(price)[1]) for price in islice(side.prices(), count)]


def _orders(book: Book, is_buy: bool, count: int) -> Iterable[tuple[int, int]]:
    orders = book.side(is_buy=is_buy).orders()
    return [(resting.price, resting.amount) for resting in islice(orders, count)]


def _trades(call: PublicCall) -> list[dict[str, Any]]:
    live = live_market(call.engine, call.path["symbol"])
    start_ms = whole(call.query, "timestamp", 0) * 1000
    limit = whole(call.query, "limit_trades", _TRADES_BY_DEFAULT)
    if not 0 < limit <= _MOST_TRADES:
        raise LegacyRefusal("Key limit_trades should be a number")
    recent = live.tape.trades(start_ms)
    return [
        {
            "timestamp": trade.made_ms // 1000,
            "tid": trade.id,
            "price": plain_text(trade.price),
            "amount": plain_text(abs(trade.amount)),
            "exchange": "bitfinex",
            "type": "buy" if trade.amount > 0 else "sell",
        }
        for trade in islice(recent, limit)
    ]


def _stats(call: PublicCall) -> list[dict[str, Any]]:
    chart = live_market(call.engine, call.path["symbol"]).chart
    days = chart.candles("1D", limit=max(_STATS_DAYS))
    return [
        {"period": period, "volume": plain_text(sum(day.volume for day in days[:period]))}
        for period in _STATS_DAYS
    ]


METHODS: tuple[tuple[re.Pattern[str], Callable[[PublicCall], Any]], ...] = (
    (re.compile(r"/v1/pubticker/(?P<symbol>[^/]+)"), _ticker),
    (re.compile(r"/v1/symbols"), _symbols),
    (re.compile(r"/v1/symbols_details"), _details),
    (re.compile(r"/v1/book/(?P<symbol>[^/]+)"), _book),
    (re.compile(r"/v1/trades/(?P<symbol>[^/]+)"), _trades),
    (re.compile(r"/v1/stats/(?P<symbol>[^/]+)"), _stats),
    *lending.METHODS,
)
