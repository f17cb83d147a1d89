from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from exchange.errors import RateLimited
from exchange.limits import (
    PER_MINUTE,
    MemoryBudget,
    NoBudget,
    per_minute,
    shared_budget,
)
from exchange.sharing.budgets import SqliteBudget


class Clock:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "sqlite"])
def budget(request, tmp_path, clock) -> Iterator[Any]:
    if request.param == "memory":
        yield MemoryBudget(steady=clock)
        return
    budget = SqliteBudget(tmp_path / "budget.sqlite3", steady=clock)
    yield budget
    budget.close()


def spend_all(spend: Callable[[], None]) -> int:
    """Count the calls that pass before the first that does not."""
    for count in range(1000):
        try:
            spend()
        except RateLimited:
            return count
    raise AssertionError("no limit")


def test_polls_stop_at_four_fifths_and_orders_at_the_limit(budget):
    polls = spend_all(lambda: budget.spend("platform"))
    orders = spend_all(lambda: budget.spend("platform", urgent=True))

    assert (polls, orders) == (24, 6)
    assert per_minute("platform", urgent=True) == 30


def test_families_have_budgets_of_their_own(budget):
    spend_all(lambda: budget.spend("platform"))

    assert spend_all(lambda: budget.spend("auth/r/wallets")) == 72
    assert spend_all(lambda: budget.spend("book")) == 192


def test_a_refusal_says_how_long_to_wait_and_that_is_enough(budget, clock):
    budget.spend("tickers")
    clock.now += 10
    spend_all(lambda: budget.spend("tickers"))
    with pytest.raises(RateLimited, match="tickers is used up, wait 50 s") as caught:
        budget.spend("tickers")

    assert caught.value.wait_seconds == pytest.approx(50)
    assert caught.value.is_final

    clock.now += caught.value.wait_seconds
    budget.spend("tickers")
    with pytest.raises(RateLimited):
        budget.spend("tickers")


def test_a_ban_stops_everything_for_a_minute(budget, clock):
    budget.ban()
    clock.now += 59
    with pytest.raises(RateLimited, match="blocks this address for 1 s more") as caught:
        budget.spend("book", urgent=True)

    assert caught.value.wait_seconds == pytest.approx(1)

    clock.now += 1
    budget.spend("book")


def test_no_budget_has_no_bounds():
    budget = NoBudget()
    budget.ban()
    for _ in range(500):
        budget.spend("v1/symbols")


def test_even_the_scarcest_family_lets_one_poll_pass(budget):
    assert PER_MINUTE["v1/orders/hist"] == 1
    assert spend_all(lambda: budget.spend("v1/orders/hist")) == 1


@pytest.mark.parametrize(
    ("family", "limit"),
    [
        ("candles", 30),
        ("status/deriv", 90),
        ("auth/r/alerts", 45),
        ("auth/w/deposit/address", 10),
        ("auth/w/order/submit", 90),
        ("v1/order/new", 90),
        ("v1/orders", 90),
        ("v1/key_info", 10),
    ],
)
def test_a_family_has_the_limit_of_its_page(family, limit):
    assert per_minute(family, urgent=True) == limit


def test_one_exchange_has_one_budget_in_a_process():
    assert isinstance(shared_budget("http://none.invalid"), MemoryBudget)
    assert shared_budget("http://one.invalid") is shared_budget("http://one.invalid")
    assert shared_budget("http://one.invalid") is not shared_budget("http://two.invalid")
