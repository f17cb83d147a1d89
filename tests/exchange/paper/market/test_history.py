from __future__ import annotations

import pytest

from exchange.paper.market.daystats import BUCKETS
from exchange.paper.market.history import Yesterday
from exchange.paper.market.markets import CURRENCIES, catalogue
from exchange.paper.market.prices import PriceProcess
from tests.exchange.paper.clock import START_MS
from tests.exchange.paper.dice import dice


def yesterday(seed: int = 1) -> tuple[Yesterday, PriceProcess]:
    prices = PriceProcess(CURRENCIES, dice(seed))
    return Yesterday(prices, dice(seed), START_MS), prices


def test_a_day_of_quarters_leads_to_the_first_price() -> None:
    past, prices = yesterday()
    for market in catalogue():
        buckets = past.buckets(market)

        assert len(buckets) == BUCKETS
        assert buckets[-1].close == pytest.approx(prices.fair(market), rel=0.005)
        assert all(b.low <= min(b.open, b.close) <= b.high for b in buckets)
        assert buckets[-1].start_ms <= START_MS
        assert sum(b.volume for b in buckets) > 0


def test_quarters_join_up() -> None:
    buckets = yesterday()[0].buckets(catalogue()[0])

    for earlier, later in zip(buckets, buckets[1:], strict=False):
        assert later.open == earlier.close


def test_earlier_trades_are_in_order_and_before_now() -> None:
    past, prices = yesterday()
    market = catalogue()[0]
    trades = past.trades(market, prices.fair(market), 1_000)

    assert [trade.id for trade in trades] == sorted(trade.id for trade in trades)
    assert [trade.made_ms for trade in trades] == sorted(trade.made_ms for trade in trades)
    assert trades[-1].made_ms < START_MS
    assert trades[0].id > 1_000
    assert {trade.amount > 0 for trade in trades} == {True, False}
