from __future__ import annotations

from datetime import UTC, datetime

import pytest

from exchange.clock import ExchangeClock, shared_clock
from exchange.errors import ClockAhead, NotSent

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NOON_MICROSECONDS = int(NOON.timestamp()) * 1_000_000
DATE = "Sun, 22 Nov 2026 12:00:00 GMT"


class Hands:
    """Our clock and our steady one, put where a test wants them."""

    def __init__(self) -> None:
        self.wall = NOON_MICROSECONDS
        self.steady = 1000.0

    def pass_by(self, seconds: int) -> None:
        self.wall += seconds * 1_000_000
        self.steady += seconds

    def clock(self) -> ExchangeClock:
        return ExchangeClock(clock=lambda: self.wall, steady=lambda: self.steady)


@pytest.fixture
def hands() -> Hands:
    return Hands()


def test_a_clock_that_was_told_nothing_lets_nothing_be_signed(hands):
    clock = hands.clock()

    assert not clock.is_fresh
    with pytest.raises(NotSent, match="time is not known"):
        clock.check()


def test_a_right_clock_may_sign_for_ten_minutes(hands):
    clock = hands.clock()
    clock.learn(DATE)
    hands.pass_by(600)
    clock.check()
    hands.pass_by(1)

    assert not clock.is_fresh
    with pytest.raises(NotSent, match="time is not known"):
        clock.check()


@pytest.mark.parametrize("seconds", [-3600 * 24 * 365, -61, 0, 60])
def test_a_clock_that_is_behind_or_a_minute_ahead_may_sign(hands, seconds):
    clock = hands.clock()
    clock.learn(DATE)
    hands.wall += seconds * 1_000_000
    clock.check()

    assert clock.is_fresh


@pytest.mark.parametrize("seconds", [61, 3600, 3600 * 24 * 365])
def test_a_clock_that_is_further_ahead_may_not(hands, seconds):
    clock = hands.clock()
    clock.learn(DATE)
    hands.wall += seconds * 1_000_000
    with pytest.raises(NotSent, match=f"clock is {seconds} s ahead"):
        clock.check()

    hands.wall -= seconds * 1_000_000
    clock.learn(DATE)
    clock.check()


def test_a_clock_that_steps_long_after_the_answer_is_noticed(hands):
    clock = hands.clock()
    clock.learn(DATE)
    hands.pass_by(300)
    clock.check()
    hands.wall += 3600 * 1_000_000
    with pytest.raises(NotSent, match="3600 s ahead"):
        clock.check()


def test_the_time_that_refused_is_asked_for_anew(hands):
    clock = hands.clock()
    clock.learn("Sun, 22 Nov 2026 10:00:00 GMT")
    with pytest.raises(ClockAhead):
        clock.check()

    assert not clock.is_fresh
    clock.learn(DATE)
    clock.check()


@pytest.mark.parametrize("date", [None, "", "soon", "Sun, 99 Nov 2026 12:00:00 GMT", "1"])
def test_what_is_no_date_changes_nothing(hands, date):
    clock = hands.clock()
    clock.learn(date)

    assert not clock.is_fresh

    clock.learn(DATE)
    clock.learn(date)
    clock.check()


def test_a_date_without_a_zone_is_in_utc(hands):
    clock = hands.clock()
    clock.learn("Sun, 22 Nov 2026 12:00:00 -0000")
    clock.check()


def test_one_exchange_has_one_clock_in_a_process():
    assert shared_clock("http://one.invalid") is shared_clock("http://one.invalid")
    assert shared_clock("http://one.invalid") is not shared_clock("http://two.invalid")


def test_a_time_may_be_told_without_a_header(hands):
    clock = hands.clock()
    clock.learn_time(NOON)
    hands.wall += 61_000_000

    assert clock.is_fresh
    with pytest.raises(ClockAhead, match="61 s ahead"):
        clock.check()
