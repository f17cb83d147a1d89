"""The public methods of REST v2."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from exchange.paper.engine import Engine
from exchange.paper.fields import whole
from exchange.paper.market.history import Trade
from exchange.paper.market.markets import CURRENCIES
from exchange.paper.numbers import SIGNIFICANT_DIGITS, number, plain_text
from exchange.paper.refusals import invalid
from exchange.paper.rows import Row, book_row, ticker_row, trade_row
from exchange.paper.trading.desk import LiveMarket

# P0 keeps all five significant digits, P4 one.
PRECISIONS = {f"P{cut}": SIGNIFICANT_DIGITS - cut for cut in range(5)}
LENGTHS = (1, 25, 100, 250)

_OPERATIVE = 1
_TRADES_BY_DEFAULT, _MOST_TRADES = 125, 10_000

Query = Mapping[str, str]
Method = Callable[[Engine, re.Match[str], Query], Any]


def live_market(engine: Engine, symbol: str) -> LiveMarket:
    """Return a market by its wire symbol. Raises Refusal."""
    if symbol not in engine.markets:
        raise invalid("symbol")
    return engine.markets[symbol]


def _status(engine: Engine, path: re.Match[str], query: Query) -> Row:
    return [_OPERATIVE]


def _ticker(engine: Engine, path: re.Match[str], query: Query) -> Row:
    live = live_market(engine, path["symbol"])
    live.day.roll(engine.clock())
    return ticker_row(live, first_trade=True)


def _tickers(engine: Engine, path: re.Match[str], query: Query) -> list[Row]:
    wanted = query.get("symbols", "")
    if not wanted:
        raise invalid("symbols")
    symbols: Iterable[str] = engine.markets if wanted == "ALL" else wanted.split(",")
    found = [engine.markets[symbol] for symbol in symbols if symbol in engine.markets]
    for live in found:
        live.day.roll(engine.clock())
    return [[live.market.symbol, *ticker_row(live, first_trade=True)] for live in found]


def _book(engine: Engine, path: re.Match[str], query: Query) -> list[Row]:
    live = live_market(engine, path["symbol"])
    digits, length = PRECISIONS.get(path["precision"]), query.get("len", "25")
    if digits is None:
        raise invalid("prec")
    if length not in map(str, LENGTHS):
        raise invalid("len")
    return [
        book_row(price, count, amount if is_buy else -amount)
        for is_buy in (True, False)
        for price, (count, amount) in live.book.levels(
            is_buy=is_buy, count=int(length), digits=digits
        ).items()
    ]


def _trades(engine: Engine, path: re.Match[str], query: Query) -> list[Row]:
    live = live_market(engine, path["symbol"])
    limit = whole(query, "limit", _TRADES_BY_DEFAULT, largest=_MOST_TRADES)
    start, end = whole(query, "start", 0), whole(query, "end", 2**53)
    oldest_first = query.get("sort") == "1"
    tape: Iterable[Trade] = live.tape if oldest_first else reversed(live.tape)
    chosen = (trade for trade in tape if (start or 0) <= trade.made_ms <= (end or 0))
    return [trade_row(trade) for trade in islice(chosen, limit)]


def _conf(engine: Engine, path: re.Match[str], query: Query) -> list[Any]:
    return [_configuration(engine, key) for key in path["keys"].split(",")]


def _configuration(engine: Engine, key: str) -> list[Any]:
    markets = [live.market for live in engine.markets.values()]
    match key:
        case "pub:list:pair:exchange":
            return sorted(market.pair for market in markets)
        case "pub:list:currency":
            return sorted(currency.code for currency in CURRENCIES)
        case "pub:info:pair":
            return [
                [market.pair, _pair_limits(market.minimum, market.maximum)] for market in markets
            ]
        case "pub:map:currency:sym":
            return [[c.code, c.ticker] for c in CURRENCIES if c.ticker != c.code]
        case "pub:map:currency:label":
            return [[currency.code, currency.label] for currency in CURRENCIES]
    # Everything else that may be asked for (futures, margin, networks) exists, and is empty here.
    return []


def _pair_limits(minimum: int, maximum: int) -> Row:
    sizes = [str(number(minimum)), plain_text(maximum)]
    return [None, None, None, *sizes, None, None, None, None, None, None, None]


METHODS: tuple[tuple[re.Pattern[str], Method], ...] = tuple(
    (re.compile(pattern), method)
    for pattern, method in (
        (r"/v2/platform/status", _status),
        (r"/v2/ticker/(?P<symbol>[^/]+)", _ticker),
        (r"/v2/tickers", _tickers),
        (r"/v2/conf/(?P<keys>[^/]+)", _conf),
        (r"/v2/book/(?P<symbol>[^/]+)/(?P<precision>[^/]+)", _book),
        (r"/v2/trades/(?P<symbol>[^/]+)/hist", _trades),
    )
)
