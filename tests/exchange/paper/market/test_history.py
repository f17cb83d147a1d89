from __future__ import annotations

from exchange.paper.market.chart import Chart
from exchange.paper.market.course import YEAR_MS
from exchange.paper.market.history import History, Recorded
from exchange.paper.market.spans import HOUR_MS, MINUTE_MS
from exchange.paper.market.trades import Trade
from tests.exchange.paper.clock import START_MS
from tests.exchange.paper.market.pasts import LAST_ID, history, market


def left_behind(past: History, told_ms: int) -> Recorded:
    return Recorded(told_ms, past.stretches, past.take_unsaved())


def opened(past: History, symbol: str = "tBTCUSD") -> Chart:
    return past.chart(market(symbol))


def traded(past: History, minutes: int = 5) -> Chart:
    bitcoin = opened(past)
    for number in range(1, minutes * 6 + 1):
        price = (61_000 + number) * 10**8
        bitcoin.add(Trade(LAST_ID + number, START_MS + number * 10_000, 1_000, price))
    return bitcoin


def test_the_first_run_has_a_year_behind_it() -> None:
    past = history()
    (stretch,) = past.stretches

    assert (stretch.start_ms, stretch.end_ms) == (START_MS - YEAR_MS, START_MS)
    assert stretch.last_id == past.last_id == LAST_ID
    assert stretch.first_id > 0


def test_a_restart_leaves_the_past_as_it_was() -> None:
    first = history()
    before = traded(first).candles("1m", limit=3_000)
    stopped_ms = START_MS + 5 * MINUTE_MS
    second = history(stopped_ms + 2_000, left_behind(first, stopped_ms))

    assert opened(second).candles("1m", limit=3_000) == before
    assert second.last_id == LAST_ID
    assert len(second.stretches) == 1


def test_a_restart_in_the_same_minute_goes_on_with_its_candle() -> None:
    first = history()
    before = traded(first).last("1m")
    stopped_ms = START_MS + 5 * MINUTE_MS
    second = opened(history(stopped_ms + 1, left_behind(first, stopped_ms)))
    second.add(Trade(LAST_ID + 99, stopped_ms + 5, -7, 60_000 * 10**8))
    after = second.candles("1m", limit=1)[0]

    assert (after.start_ms, after.open) == (before.start_ms, before.open)
    assert (after.volume, after.close) == (before.volume + 7, 60_000 * 10**8)


def test_a_long_absence_is_made_up_and_its_numbers_are_used_up() -> None:
    first = history()
    before = traded(first).candles("1m", limit=100)
    stopped_ms, started_ms = START_MS + 5 * MINUTE_MS, START_MS + 50 * HOUR_MS
    second = history(started_ms, left_behind(first, stopped_ms))
    bitcoin = opened(second)
    absent = bitcoin.candles("1h", start_ms=stopped_ms + HOUR_MS)
    trades = list(bitcoin.trades(started_ms - MINUTE_MS, started_ms))

    assert len(absent) == 49
    assert trades[0].price == 61_000 * 10**8
    assert second.last_id >= trades[0].id > LAST_ID + 1_000
    # The minute of the stop is the last of one and the first of the other.
    stopped_minute = before[0].start_ms
    assert bitcoin.candles("1m", end_ms=stopped_minute - 1, limit=99) == before[1:]


def test_two_absences_do_not_disturb_each_other() -> None:
    first = history()
    traded(first)
    stopped_ms = START_MS + 5 * MINUTE_MS
    second = history(stopped_ms + 3 * HOUR_MS, left_behind(first, stopped_ms))
    before = opened(second).candles("5m", limit=100)
    recorded = Recorded(stopped_ms + 3 * HOUR_MS, second.stretches, first.take_unsaved())
    third = history(stopped_ms + 9 * HOUR_MS, recorded)
    known = opened(third).candles("5m", start_ms=stopped_ms + MINUTE_MS)

    assert len(third.stretches) == 3
    assert [stretch.end_ms for stretch in third.stretches[:2]] == [
        stretch.end_ms for stretch in second.stretches
    ]
    assert before[1].start_ms in {candle.start_ms for candle in known}
    assert before[1] in known


def test_what_is_over_a_year_old_is_dropped() -> None:
    first = history()
    recorded = left_behind(first, START_MS)
    later = history(START_MS + 2 * YEAR_MS, recorded)

    assert [stretch.start_ms for stretch in later.stretches] == [START_MS]
