from __future__ import annotations

import gc
import json

from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT
from exchange.paper.stream.feeds import Feeds, TickerFeed, TradeFeed
from tests.exchange.paper.tickets import SYMBOL, place


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
