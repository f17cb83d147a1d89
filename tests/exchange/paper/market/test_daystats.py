from __future__ import annotations

from exchange.paper.market.daystats import BUCKET_MS, BUCKETS, Bucket, DayStatistics

START = 1_795_000_500_000 // BUCKET_MS * BUCKET_MS


def day() -> DayStatistics:
    first = START - (BUCKETS - 1) * BUCKET_MS
    return DayStatistics(
        [Bucket(first + place * BUCKET_MS, 100, 110, 90, 105, 10) for place in range(BUCKETS)]
    )


def test_a_day_is_summed_up_from_the_start() -> None:
    stats = day()

    assert (stats.open, stats.high, stats.low, stats.last) == (100, 110, 90, 105)
    assert stats.volume == 10 * BUCKETS
    assert stats.change == 5


def test_a_trade_counts_at_once() -> None:
    stats = day()
    stats.record(price=120, amount=7, now_ms=START + 5)

    assert (stats.high, stats.last, stats.volume) == (120, 120, 10 * BUCKETS + 7)


def test_what_is_a_day_old_is_forgotten() -> None:
    stats = day()
    stats.record(price=200, amount=1, now_ms=START + 5)
    stats.record(price=105, amount=1, now_ms=START + 6)
    stats.record(price=105, amount=1, now_ms=START + BUCKET_MS)
    stats.roll(START + BUCKETS * BUCKET_MS)

    assert (stats.high, stats.low, stats.volume) == (105, 105, 1)


def test_a_quiet_quarter_keeps_the_last_price() -> None:
    stats = day()
    stats.roll(START + 3 * BUCKET_MS)

    assert stats.last == 105
    assert stats.volume == 10 * (BUCKETS - 3)
