from __future__ import annotations

import math
from itertools import pairwise

import pytest

from exchange.paper.market.course import YEAR_MS, Course, Stretch
from exchange.paper.market.markets import catalogue
from exchange.paper.market.spans import DAY_MS, FREE_TRADES, Span
from exchange.paper.numbers import UNIT, cut_down
from tests.exchange.paper.clock import START_MS
from tests.exchange.paper.market.pasts import VALUES, market

QUIET = "tTLOS:USD"
NOW_MS = START_MS + 12_345_678


def year(seed: str = "1") -> Course:
    stretch = Stretch(
        start_ms=NOW_MS - YEAR_MS,
        end_ms=NOW_MS,
        first_id=100_000_001,
        last_id=1_700_000_000,
        before=None,
        after=VALUES,
    )
    return Course(seed, stretch)


def bridge(hours: float, before: dict[str, float], after: dict[str, float]) -> Course:
    return Course(
        "1",
        Stretch(
            start_ms=NOW_MS,
            end_ms=NOW_MS + round(hours * 3_600_000),
            first_id=1,
            last_id=10_000_000,
            before=before,
            after=after,
        ),
    )


def days(course: Course, symbol: str) -> list[Span]:
    found = course.days(market(symbol), 0, 2**53, newest_first=False)
    return list(found)


@pytest.mark.parametrize("symbol", ["tBTCUSD", "tETHBTC", "tUSTUSD", "tXTPUST", "tUST:CNHT"])
def test_a_year_of_days_leads_to_the_first_price(symbol: str) -> None:
    found = days(year(), symbol)
    listed = market(symbol)
    first_price = VALUES[listed.base.code] / VALUES[listed.quote.code] * UNIT

    assert len(found) == 367
    assert found[0].start_ms == NOW_MS - YEAR_MS
    assert found[-1].end_ms == NOW_MS
    assert found[-1].close == cut_down(round(first_price))
    for earlier, later in pairwise(found):
        assert (later.open, later.start_ms) == (earlier.close, earlier.end_ms)
        assert later.first_id == earlier.last_id + 1
        assert later.start_ms % DAY_MS == 0


def test_every_market_has_believable_days() -> None:
    course = year()
    for listed in catalogue():
        found = list(course.days(listed, NOW_MS - 9 * DAY_MS, NOW_MS, newest_first=False))
        dollars = sum(day.volume for day in found) / UNIT * VALUES[listed.base.code]

        assert len(found) == 10
        assert listed.day_turnover * 3 < dollars < listed.day_turnover * 30
        for day in found:
            assert 0 < day.low <= min(day.open, day.close)
            assert max(day.open, day.close) <= day.high < 2 * day.low
            assert day.trades > 100 or day is found[-1]


def test_crosses_agree_with_their_dollar_legs_at_midnight() -> None:
    course = year()
    triples = zip(
        days(course, "tETHUSD"), days(course, "tBTCUSD"), days(course, "tETHBTC"), strict=True
    )
    for ether, bitcoin, cross in triples:
        assert cross.close * bitcoin.close == pytest.approx(ether.close * UNIT, rel=1e-3)


def test_stable_coins_were_stable_all_year_and_bitcoin_was_not() -> None:
    course = year()
    stable, bitcoin = days(course, "tUSTUSD"), days(course, "tBTCUSD")

    assert all(0.99 * UNIT < day.low < day.high < 1.01 * UNIT for day in stable)
    assert max(day.high for day in bitcoin) > 1.2 * min(day.low for day in bitcoin)


def test_days_can_be_had_from_either_end_and_one_at_a_time() -> None:
    course, listed = year(), market("tSOLUSD")
    window = (NOW_MS - 5 * DAY_MS, NOW_MS - 2 * DAY_MS)
    forward = list(course.days(listed, *window, newest_first=False))

    assert forward == list(course.days(listed, *window, newest_first=True))[::-1]
    assert forward == [day for day in days(course, "tSOLUSD") if day in forward]
    assert forward[0].start_ms <= window[0] < forward[0].end_ms
    assert forward[-1].start_ms < window[1] <= forward[-1].end_ms


def test_another_seed_had_another_year() -> None:
    assert days(year("1"), "tBTCUSD") == days(year("1"), "tBTCUSD")
    assert days(year("1"), "tBTCUSD") != days(year("2"), "tBTCUSD")


def test_an_absence_leads_from_the_last_price_to_the_next() -> None:
    later = VALUES | {"BTC": VALUES["BTC"] * 1.25, "UST": 0.999}
    course = bridge(70, VALUES, later)
    bitcoin, stable = days(course, "tBTCUSD"), days(course, "tUSTUSD")

    assert bitcoin[0].open == 61_000 * UNIT
    assert bitcoin[-1].close == 76_250 * UNIT
    assert stable[0].open == cut_down(round(1.0002 * UNIT))
    assert stable[-1].close == cut_down(round(0.999 * UNIT))
    assert math.isclose(sum(day.end_ms - day.start_ms for day in bitcoin), 70 * 3_600_000)


def test_a_short_absence_has_few_trades_or_none() -> None:
    course = bridge(1, VALUES, VALUES)
    (lively,) = days(course, "tBTCUSD")
    (quiet,) = days(course, QUIET)

    assert lively.trades > 50 * quiet.trades
    assert quiet.volume >= quiet.trades


def test_within_a_second_a_quiet_market_trades_not_at_all() -> None:
    assert days(bridge(1 / 3_600, VALUES, VALUES), QUIET) == []


def test_a_handful_of_trades_is_made_at_one_price() -> None:
    absences = [bridge(minutes / 60, VALUES, VALUES) for minutes in range(1, 40)]
    found = [day for absence in absences for day in days(absence, QUIET)]
    few = [day for day in found if day.trades < FREE_TRADES]

    assert few
    assert all(day.open == day.high == day.low == day.close for day in few)
