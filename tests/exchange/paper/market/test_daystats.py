from __future__ import annotations

import pytest

from exchange.paper.market.chart import Chart
from exchange.paper.market.daystats import DayStatistics
from exchange.paper.market.spans import DAY_MS, MINUTE_MS
from exchange.paper.market.trades import Trade
from tests.exchange.paper.clock import START_MS
from tests.exchange.paper.market.pasts import LAST_ID, chart

SYMBOLS = ["tBTCUSD", "tETHBTC", "tUSTUSD", "tXTPUST"]


class Traded:
    """A market's chart and day, fed together as the exchange does it."""

    def __init__(self, symbol: str = "tBTCUSD") -> None:
        self.chart: Chart = chart(symbol)
        self.first = next(self.chart.trades()).price
        self.day = DayStatistics(self.chart, self.first, START_MS)
        self.trade_id = LAST_ID

    def trade(self, price: int, amount: int, passed_ms: int) -> None:
        self.trade_id += 1
        self.day.record(price, amount, START_MS + passed_ms)
        self.chart.add(Trade(self.trade_id, START_MS + passed_ms, amount, price))

    def minutes(self, now_ms: int) -> tuple[int, int, int, int]:
        """Open, high, low and volume of the 1440 minutes up to the current one."""
        since_ms = now_ms - now_ms % MINUTE_MS + MINUTE_MS - DAY_MS
        candles = self.chart.candles("1m", start_ms=since_ms, oldest_first=True)
        high, low = max(each.high for each in candles), min(each.low for each in candles)
        return candles[0].open, high, low, sum(each.volume for each in candles)

    @property
    def figures(self) -> tuple[int, int, int, int]:
        day = self.day
        return day.open, day.high, day.low, day.volume


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_a_day_is_the_sum_of_its_minutes(symbol: str) -> None:
    traded = Traded(symbol)

    assert traded.figures == traded.minutes(START_MS)
    assert traded.day.last == traded.first
    assert traded.day.change == traded.first - traded.day.open


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_it_slides_from_minute_to_minute(symbol: str) -> None:
    traded = Traded(symbol)
    for passed_ms in (59_000, 61_000, 3_700_000, 40_000_000):
        traded.trade(traded.first + passed_ms % 7, 5, passed_ms)

        assert traded.figures == traded.minutes(START_MS + passed_ms)


def test_a_trade_counts_at_once() -> None:
    traded = Traded()
    before = traded.day.volume
    traded.trade(traded.day.high + 10**8, 7, 5)

    assert traded.day.high == traded.day.last
    assert traded.day.volume == before + 7


def test_what_is_a_day_old_is_forgotten() -> None:
    traded = Traded()
    high = traded.day.high * 2
    traded.trade(high, 1, 5)
    traded.trade(traded.first, 1, 2 * MINUTE_MS)
    traded.day.roll(START_MS + DAY_MS)

    assert (traded.day.high, traded.day.volume) == (traded.first, 1)

    traded.day.roll(START_MS + 2 * DAY_MS)

    assert traded.figures == (traded.first, traded.first, traded.first, 0)
    assert (traded.day.last, traded.day.change) == (traded.first, 0)


def test_the_first_trade_after_a_quiet_day_opens_the_next() -> None:
    traded = Traded()
    traded.trade(traded.first, 1, 5)
    traded.trade(123, 9, 3 * DAY_MS)

    assert traded.figures == (123, 123, 123, 9)
