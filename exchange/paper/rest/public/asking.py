"""What all public methods of REST v2 share: who is asked about, and for which time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from exchange.paper.engine import Engine
from exchange.paper.fields import whole
from exchange.paper.market.chart import END_OF_TIME_MS
from exchange.paper.refusals import invalid
from exchange.paper.trading.desk import LiveMarket

Query = Mapping[str, str]
Method = Callable[[Engine, re.Match[str], Query], Any]
Methods = tuple[tuple[re.Pattern[str], Method], ...]


class Window(NamedTuple):
    """From when to when, how many, and in which order."""

    start_ms: int
    end_ms: int
    limit: int
    oldest_first: bool


def watched(engine: Engine, symbol: str) -> LiveMarket:
    """Return the market of a wire symbol, perpetuals and funding included. Raises Refusal."""
    live = engine.find(symbol)
    if live is None:
        raise invalid("symbol")
    live.day.roll(engine.clock())
    return live


def window(query: Query, *, usual: int, most: int) -> Window:
    """Read start, end, limit and sort. usual and most are the method's limits. Raises Refusal."""
    if query.get("sort", "-1") not in ("1", "-1"):
        raise invalid("sort")
    return Window(
        whole(query, "start", 0) or 0,
        whole(query, "end", END_OF_TIME_MS) or END_OF_TIME_MS,
        usual if (limit := whole(query, "limit", usual, largest=most)) is None else limit,
        query.get("sort") == "1",
    )


def methods(*found: tuple[str, Method]) -> Methods:
    """Make a table of methods from their paths."""
    return tuple((re.compile(path), method) for path, method in found)
