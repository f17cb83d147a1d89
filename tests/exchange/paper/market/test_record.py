from __future__ import annotations

from exchange.paper.market.record import Record
from exchange.paper.market.spans import DAY_MS, HOUR_MS, MINUTE_MS, Span, joined
from exchange.paper.market.trades import Trade
from tests.exchange.paper.clock import START_MS

MIDNIGHT_MS = START_MS - START_MS % DAY_MS
EVER = (0, 2**53)


def recorded(moments_ms: list[int], runs_ms: tuple[int, ...] = (MIDNIGHT_MS,)) -> Record:
    record = Record((), runs_ms)
    for number, moment_ms in enumerate(moments_ms, 1):
        sign = 1 if number % 2 else -1
        record.add(Trade(number, moment_ms, sign * number, 1_000 + number % 7))
    return record


def spans(record: Record) -> list[Span]:
    return list(record.spans(*EVER, newest_first=False))


def test_trades_of_one_minute_are_one_span() -> None:
    record = Record((), (MIDNIGHT_MS,))
    for number, (price, amount) in enumerate([(100, 5), (120, -2), (90, 3), (95, -1)], 1):
        record.add(Trade(number, MIDNIGHT_MS + number, amount, price))
    record.add(Trade(9, MIDNIGHT_MS + MINUTE_MS, 1, 96))

    minute, following = spans(record)
    assert minute == Span(MIDNIGHT_MS, MIDNIGHT_MS + MINUTE_MS, 100, 120, 90, 95, 11, 4, 1, 4)
    assert (following.open, following.first_id) == (96, 9)


def test_minutes_without_a_trade_are_missing() -> None:
    record = recorded([MIDNIGHT_MS, MIDNIGHT_MS + 5 * MINUTE_MS])

    assert [span.start_ms for span in spans(record)] == [MIDNIGHT_MS, MIDNIGHT_MS + 5 * MINUTE_MS]


def test_nothing_is_older_than_the_run() -> None:
    begun_ms = MIDNIGHT_MS + 20_000
    record = recorded([begun_ms + 5], (begun_ms,))

    assert spans(record)[0].start_ms == begun_ms
    assert spans(record)[0].end_ms == MIDNIGHT_MS + MINUTE_MS


def test_a_window_can_be_had_from_either_end() -> None:
    record = recorded([MIDNIGHT_MS + minute * MINUTE_MS for minute in range(10)])
    window = (MIDNIGHT_MS + 3 * MINUTE_MS + 1, MIDNIGHT_MS + 6 * MINUTE_MS)
    forward = list(record.spans(*window, newest_first=False))

    assert [span.first_id for span in forward] == [4, 5, 6]
    assert list(record.spans(*window, newest_first=True)) == forward[::-1]


def test_what_is_old_is_kept_coarser_and_still_adds_up() -> None:
    days = 20
    moments = range(MIDNIGHT_MS, MIDNIGHT_MS + days * DAY_MS, 7 * MINUTE_MS)
    record = recorded(list(moments))
    found = spans(record)
    widths = [span.end_ms - span.start_ms for span in found]

    assert len(found) < len(moments) / 4
    assert sum(span.trades for span in found) == len(moments)
    assert sum(span.volume for span in found) == sum(range(1, len(moments) + 1))
    assert max(widths[:5]) > HOUR_MS > max(widths[-10:])
    for earlier, later in zip(found, found[1:], strict=False):
        assert earlier.end_ms <= later.start_ms
        assert earlier.last_id + 1 == later.first_id


def test_a_year_later_it_is_forgotten() -> None:
    record = recorded([MIDNIGHT_MS, MIDNIGHT_MS + 367 * DAY_MS])

    assert len(spans(record)) == 1


def test_pieces_of_two_runs_stay_apart() -> None:
    second_ms = MIDNIGHT_MS + 8 * MINUTE_MS
    first = recorded([MIDNIGHT_MS, MIDNIGHT_MS + MINUTE_MS])
    record = Record(spans(first), (MIDNIGHT_MS, second_ms))
    for moment_ms in (second_ms, second_ms + MINUTE_MS, second_ms + DAY_MS):
        record.add(Trade(moment_ms, moment_ms, 1, 1_000))

    assert [span.trades for span in spans(record)] == [2, 2, 1]


def test_what_changed_is_told_once() -> None:
    record = recorded([MIDNIGHT_MS, MIDNIGHT_MS + MINUTE_MS])
    record.take_unsaved()
    record.add(Trade(3, MIDNIGHT_MS + MINUTE_MS + 5, 4, 1_100))

    assert [span.trades for span in record.take_unsaved()] == [2]
    assert record.take_unsaved() == []


def test_what_was_told_can_be_put_together_again() -> None:
    """Each told span takes the place of all that it covers, as a table on disk does it."""
    record = Record((), (MIDNIGHT_MS,))
    kept: dict[int, Span] = {}
    for number in range(1, 1_500):
        record.add(Trade(number, MIDNIGHT_MS + number * 9 * MINUTE_MS, number, 1_000))
        if number % 40 == 0:
            for span in record.take_unsaved():
                covered = [s for s in kept if span.start_ms <= s < span.end_ms]
                for start_ms in covered:
                    del kept[start_ms]
                kept[span.start_ms] = span
    for span in record.take_unsaved():
        for start_ms in [s for s in kept if span.start_ms <= s < span.end_ms]:
            del kept[start_ms]
        kept[span.start_ms] = span

    assert sorted(kept.values()) == spans(record)
    assert joined(spans(record)).trades == 1_499
