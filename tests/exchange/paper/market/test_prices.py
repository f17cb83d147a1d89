from __future__ import annotations

import pytest

from exchange.paper.market.markets import CURRENCIES, catalogue
from exchange.paper.market.prices import PriceProcess
from exchange.paper.numbers import UNIT
from tests.exchange.paper.dice import dice

MARKETS = {market.symbol: market for market in catalogue()}


def walk(seed: int, steps: int = 0) -> PriceProcess:
    prices = PriceProcess(CURRENCIES, dice(seed))
    for _ in range(steps):
        prices.step()
    return prices


def test_the_same_seed_walks_the_same_way() -> None:
    assert walk(3, 500).values() == walk(3, 500).values()
    assert walk(3, 500).values() != walk(4, 500).values()


def test_bitcoin_moves_within_seconds() -> None:
    prices = walk(1)
    seen = set()
    for _ in range(50):
        prices.step()
        seen.add(prices.fair(MARKETS["tBTCUSD"]) // UNIT)

    assert len(seen) >= 5


def test_a_day_of_bitcoin_stays_believable() -> None:
    ranges = []
    for seed in range(5):
        prices = walk(seed)
        values = []
        for _ in range(20_000):
            prices.step()
            values.append(prices.value("BTC"))
        ranges.append(max(values) / min(values) - 1)

    # 20 000 steps are 33 minutes.
    assert all(0.0005 < moved < 0.08 for moved in ranges)


def test_stable_coins_stay_near_one() -> None:
    prices = walk(2, 20_000)

    assert prices.value("UST") == pytest.approx(1, abs=0.003)
    assert prices.value("UDC") == pytest.approx(1, abs=0.003)


def test_crosses_agree_with_their_dollar_legs() -> None:
    prices = walk(1, 1_000)
    expected = prices.fair(MARKETS["tETHUSD"]) * UNIT / prices.fair(MARKETS["tBTCUSD"])

    assert prices.fair(MARKETS["tETHBTC"]) == pytest.approx(expected, rel=1e-6)


def test_a_price_can_be_moved() -> None:
    prices = walk(1)
    prices.move(MARKETS["tBTCUSD"], 50_000 * UNIT)

    assert prices.fair(MARKETS["tBTCUSD"]) == pytest.approx(50_000 * UNIT, abs=1)


def test_values_can_be_taken_up_again() -> None:
    values = walk(1, 300).values()

    assert PriceProcess(CURRENCIES, dice(9), values).values() == pytest.approx(values)
