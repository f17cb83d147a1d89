from __future__ import annotations

import json

from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT
from exchange.paper.stream.books import BookFeed, RawBookFeed
from exchange.paper.stream.checksum import book_checksum
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.tickets import SYMBOL, place

Told = dict[float, tuple[int, float]]


def apply(told: Told, rows: list[list[float]]) -> None:
    for price, count, amount in rows:
        if count:
            told[price] = (int(count), amount)
        else:
            side = told.pop(price)[1]
            assert (side > 0) == (amount == 1)


def test_changes_keep_a_listener_s_book_right(engine: Engine, clock: Clock) -> None:
    live = engine.markets[SYMBOL]
    feed = BookFeed(live, digits=5, length=25, period_ms=0)
    told: Told = {}
    apply(told, json.loads(feed.snapshot()))
    for _ in range(200):
        clock.ms += 100
        engine.step()
        feed.flush(clock.ms)
        apply(told, [json.loads(change) for change in feed.changes])
        fresh: Told = {}
        apply(fresh, json.loads(BookFeed(live, 5, 25, 0).snapshot()))

        assert told == fresh
        assert len(told) == 50


def test_deletions_come_first(engine: Engine) -> None:
    feed = BookFeed(engine.markets[SYMBOL], digits=5, length=25, period_ms=0)
    engine.move_price(SYMBOL, 62_000 * UNIT)
    feed.flush(0)
    counts = [json.loads(change)[1] for change in feed.changes]

    assert counts[:50] == [0] * 50
    assert 0 not in counts[50:]


def test_a_still_book_has_no_news(engine: Engine) -> None:
    feed = BookFeed(engine.markets[SYMBOL], digits=5, length=25, period_ms=0)
    feed.flush(0)

    assert feed.changes == []


def test_a_slow_book_waits_and_repeats_nothing(engine: Engine) -> None:
    feed = BookFeed(engine.markets[SYMBOL], digits=5, length=25, period_ms=2_000)
    best = engine.markets[SYMBOL].book.bids.best() // UNIT
    told = []
    for now_ms in (100, 200, 2_099, 2_100):
        place(engine, "0.01", f"{best}")
        feed.flush(now_ms)
        told.append(len(feed.changes))

    assert told == [1, 0, 0, 1]


def test_a_short_book_deletes_what_leaves_its_window(engine: Engine) -> None:
    live = engine.markets[SYMBOL]
    best = live.book.bids.best() // UNIT
    feed = BookFeed(live, digits=5, length=1, period_ms=0)
    place(engine, "0.01", f"{best + 1}")
    feed.flush(0)

    assert [json.loads(change) for change in feed.changes] == [
        [best, 0, 1],
        [best + 1, 1, 0.01],
    ]


def test_a_checksum_follows_the_told_levels(engine: Engine) -> None:
    feed = BookFeed(engine.markets[SYMBOL], digits=5, length=25, period_ms=0)
    before = feed.checksum()
    place(engine, "0.01", f"{engine.markets[SYMBOL].book.bids.best() // UNIT}")
    unflushed = feed.checksum()
    feed.flush(0)

    assert unflushed == before
    assert feed.checksum() != before


RawTold = dict[int, tuple[float, float]]


def apply_raw(told: RawTold, rows: list[list[float]]) -> None:
    for order_id, price, amount in rows:
        if price:
            told[int(order_id)] = (price, amount)
        else:
            side = told.pop(int(order_id))[1]
            assert (side > 0) == (amount == 1)


def test_changes_keep_a_listener_s_raw_book_right(engine: Engine, clock: Clock) -> None:
    live = engine.markets[SYMBOL]
    feed = RawBookFeed(live, length=25, period_ms=0)
    told: RawTold = {}
    apply_raw(told, json.loads(feed.snapshot()))
    for _ in range(200):
        clock.ms += 100
        engine.step()
        feed.flush(clock.ms)
        apply_raw(told, [json.loads(change) for change in feed.changes])
        fresh: RawTold = {}
        apply_raw(fresh, json.loads(RawBookFeed(live, 25, 0).snapshot()))

        assert told == fresh
        assert len(told) == 50


def test_a_raw_book_lists_orders_by_price_and_then_by_id(engine: Engine) -> None:
    live = engine.markets[SYMBOL]
    best = live.book.bids.best() // UNIT
    mine = [place(engine, "0.01", f"{best + 1}").id for _ in range(3)]
    rows = json.loads(RawBookFeed(live, length=25, period_ms=0).snapshot())
    bids = [(-price, order_id) for order_id, price, amount in rows if amount > 0]
    asks = [(price, order_id) for order_id, price, amount in rows if amount < 0]

    assert [order_id for _, order_id in bids[:3]] == mine
    assert bids == sorted(bids)
    assert asks == sorted(asks)
    assert rows[0] == [mine[0], best + 1, 0.01]


def test_a_raw_checksum_is_made_of_ids(engine: Engine) -> None:
    feed = RawBookFeed(engine.markets[SYMBOL], length=25, period_ms=0)
    rows = json.loads(feed.snapshot())
    bids = [(str(row[0]), f"{row[2]}") for row in rows if row[2] > 0]
    asks = [(str(row[0]), f"{row[2]}") for row in rows if row[2] < 0]

    assert feed.checksum() == book_checksum(bids, asks)
