from __future__ import annotations

import pytest

from exchange.paper.engine import Engine
from exchange.paper.market.showcase import Funding, Perpetual, period_of, showcase
from exchange.paper.numbers import UNIT
from tests.exchange.paper.clock import Clock


@pytest.fixture
def whole(clock: Clock) -> Engine:
    return Engine(seed=1, clock=clock)


def test_perpetuals_and_funding_are_shown_and_not_listed(whole: Engine) -> None:
    shown = {market.symbol for market in showcase()}

    assert {"tBTCF0:USTF0", "tXAUTF0:USTF0", "fUSD", "fUST", "fBTC"} <= shown
    assert not shown & set(whole.markets)
    assert whole.find("fUSD") is whole.showcase["fUSD"]
    assert whole.find("tNOPE") is None


def test_every_perpetual_follows_a_listed_pair(whole: Engine) -> None:
    perpetuals = [market for market in showcase() if isinstance(market, Perpetual)]

    assert len(perpetuals) >= 20
    assert {market.underlying for market in perpetuals} <= set(whole.markets)


def test_a_perpetual_moves_with_its_pair(whole: Engine) -> None:
    whole.move_price("tBTCUST", 40_000 * UNIT)
    bid = whole.showcase["tBTCF0:USTF0"].book.bids.best()

    assert bid == pytest.approx(40_000 * UNIT, rel=1e-3)


def test_money_is_lent_at_daily_rates(whole: Engine, clock: Clock) -> None:
    for _ in range(900):
        clock.ms += 100
        whole.step()
    dollars = whole.showcase["fUSD"]
    lent = dollars.day.volume / UNIT

    assert 0.0001 * UNIT < dollars.day.last < 0.001 * UNIT
    assert dollars.book.bids.best() < dollars.book.asks.best()
    assert 2e6 < lent < 5e7
    assert len(dollars.tape) > 5
    assert len(dollars.chart.candles("1D")) == 367


def test_the_amounts_of_funding_are_in_what_is_lent(whole: Engine) -> None:
    bitcoin = whole.showcase["fBTC"]

    assert isinstance(bitcoin.market, Funding)
    assert bitcoin.market.counted_in == "BTC"
    assert 20 < bitcoin.day.volume / UNIT < 2_000


def test_most_loans_are_short_and_some_are_long() -> None:
    periods = [period_of(number) for number in range(1_740_000_000, 1_740_004_000)]

    assert set(periods) == {2, 3, 5, 7, 10, 14, 30, 60, 90, 120}
    assert 0.25 < periods.count(2) / len(periods) < 0.4
    assert [period_of(number) for number in range(5)] == [period_of(n) for n in range(5)]
