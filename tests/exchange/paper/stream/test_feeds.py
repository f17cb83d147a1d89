from __future__ import annotations

import gc
import json

from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT
from exchange.paper.stream.feeds import BookFeed, Feeds, TickerFeed, TradeFeed
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


def test_a_trade_is_new_once_and_updated_once(engine: Engine) -> None:
    feed = TradeFeed(engine.markets[SYMBOL])
    place(engine, "0.001")
    seen = []
    for _ in range(3):
        feed.flush(0)
        seen.append((len(feed.executed), len(feed.updated)))

    assert seen[0][0] >= 1
    assert seen == [(seen[0][0], 0), (0, seen[0][0]), (0, 0)]


def test_a_trade_snapshot_tells_what_was_flushed(engine: Engine) -> None:
    feed = TradeFeed(engine.markets[SYMBOL])
    place(engine, "0.001")
    rows, last_id = feed.snapshot()

    assert json.loads(rows)[0][0] == last_id < engine.markets[SYMBOL].tape[-1].id
    assert len(json.loads(rows)) == 30


def test_a_ticker_notices_a_new_high(engine: Engine) -> None:
    feed = TickerFeed(engine.markets[SYMBOL])
    feed.flush(0)
    quiet = feed.moved
    engine.move_price(SYMBOL, 90_000 * UNIT)
    engine.bots_trade(SYMBOL, is_buy=True, amount=1, limit=None)
    feed.flush(0)

    assert not quiet
    assert feed.moved


def test_listeners_of_the_same_thing_share_a_feed(engine: Engine) -> None:
    feeds, live = Feeds(), engine.markets[SYMBOL]
    first, second = feeds.book(live, 5, 25, 0), feeds.book(live, 5, 25, 0)
    other = feeds.book(live, 4, 25, 0)

    assert first is second
    assert first is not other
    assert feeds.trades(live) is not feeds.trades(engine.markets["tETHUSD"])
    assert feeds.ticker(live) is feeds.ticker(live)


def test_a_feed_without_listeners_is_dropped(engine: Engine) -> None:
    feeds, live = Feeds(), engine.markets[SYMBOL]
    feed = feeds.trades(live)
    place(engine, "0.001")
    feeds.flush(0)
    heard = len(feed.executed)
    del feed
    gc.collect()

    assert heard >= 1
    assert feeds.trades(live).executed == []
