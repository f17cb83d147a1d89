"""A few markets for tests that need no more: they open in no time."""

from __future__ import annotations

from exchange.paper.market.markets import catalogue

_SYMBOLS = (
    "tBTCUSD",
    "tETHUSD",
    "tUSTUSD",
    "tXRPUSD",
    "tSOLUSD",
    "tDOGE:USD",
    "tETHBTC",
    "tBTCUST",
)
FEW_MARKETS = tuple(market for market in catalogue() if market.symbol in _SYMBOLS)
