from __future__ import annotations

import pytest

from dashboard.live.board import board
from dashboard.live.quotes import Quote, Standing
from dashboard.orders.locks import placing_lock
from tests.dashboard.conftest import SetPrice
from tests.dashboard.quotes import show


@pytest.mark.parametrize("age_ms", [0, 4_000, 9_000, 17_000])
def test_a_price_that_lives_locks_nothing(set_price: SetPrice, age_ms: int) -> None:
    set_price("tBTCUSD", "61000", age_ms=age_ms)

    assert placing_lock("tBTCUSD", "BTC/USD") == ""


@pytest.mark.parametrize("age_ms", [18_000, 60_000, 10**9])
def test_a_stale_price_locks_and_says_how_old_it_is(set_price: SetPrice, age_ms: int) -> None:
    set_price("tBTCUSD", "61000", age_ms=age_ms)
    lock = placing_lock("tBTCUSD", "BTC/USD")

    assert "old, so placing waits" in lock
    assert "Nothing was sent." in lock


def test_no_price_at_all_locks() -> None:
    assert "No live price of BTC/USD" in placing_lock("tBTCUSD", "BTC/USD")


def test_the_price_of_another_market_does_not_help(set_price: SetPrice) -> None:
    set_price("tETHUSD", "2000")

    assert placing_lock("tBTCUSD", "BTC/USD")


def test_a_snapshot_locks_once_it_is_as_old_as_a_dead_stream() -> None:
    for age_ms, is_locked in ((5_000, False), (18_000, True)):
        quote = Quote(symbol="tBTCUSD", is_streamed=False, age_at_arrival_ms=age_ms)
        show(quote)

        assert bool(placing_lock("tBTCUSD", "BTC/USD")) is is_locked


def test_a_dead_feed_locks_though_polls_still_bring_a_price(set_price: SetPrice) -> None:
    """F84: every page says then that nothing can be placed."""
    set_price("tBTCUSD", "61000", age_ms=2_000)
    board.hear_relay(18_000, "")

    assert "feed has been silent for 18" in placing_lock("tBTCUSD", "BTC/USD")


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing.DELISTED, "no longer listed"),
        (Standing.HALTED, "not trading"),
        (Standing.MAINTENANCE, "in maintenance"),
    ],
)
def test_a_closed_market_locks_however_fresh_its_price(standing: Standing, words: str) -> None:
    show(Quote(symbol="tBTCUSD", standing=standing))

    lock = placing_lock("tBTCUSD", "BTC/USD")

    assert lock == f"BTC/USD: {words} at the exchange. Nothing was sent."
