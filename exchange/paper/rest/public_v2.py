"""The public methods of REST v2: the table of all of them."""

from __future__ import annotations

from exchange.paper.engine import Engine
from exchange.paper.refusals import invalid
from exchange.paper.rest.public import books, configuration, pasts, statuses, tickers
from exchange.paper.rest.public.books import LENGTHS, PRECISIONS
from exchange.paper.rest.public.calculations import CALCULATIONS
from exchange.paper.trading.desk import LiveMarket

__all__ = ["CALCULATIONS", "LENGTHS", "METHODS", "PRECISIONS", "live_market"]

METHODS = tuple(
    method
    for subject in (statuses, tickers, books, pasts, configuration)
    for method in subject.METHODS
)


def live_market(engine: Engine, symbol: str) -> LiveMarket:
    """Return a market that may be traded on, by its wire symbol. Raises Refusal."""
    if symbol not in engine.markets:
        raise invalid("symbol")
    return engine.markets[symbol]
