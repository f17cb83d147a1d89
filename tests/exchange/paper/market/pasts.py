"""Charts to try things on."""

from __future__ import annotations

from exchange.paper.market.chart import Chart
from exchange.paper.market.history import History, Recorded
from exchange.paper.market.markets import CURRENCIES, Market, catalogue
from tests.exchange.paper.clock import START_MS

VALUES = {currency.code: currency.start_value for currency in CURRENCIES}
MARKETS = {market.symbol: market for market in catalogue()}
LAST_ID = 1_740_000_000


def history(
    now_ms: int = START_MS, recorded: Recorded | None = None, seed: str = "1/history"
) -> History:
    return History(seed, now_ms, VALUES, LAST_ID, recorded)


def chart(symbol: str = "tBTCUSD", now_ms: int = START_MS) -> Chart:
    return history(now_ms).chart(MARKETS[symbol])


def market(symbol: str) -> Market:
    return MARKETS[symbol]
