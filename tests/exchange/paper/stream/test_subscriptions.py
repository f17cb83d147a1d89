from __future__ import annotations

import json

from exchange.paper import Pace
from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT
from exchange.paper.stream.feeds import Feeds
from exchange.paper.stream.framing import BULK_UPDATES, CHECKSUM
from exchange.paper.stream.subscriptions import (
    BookSubscription,
    Subscription,
    TickerSubscription,
    TradeSubscription,
)
from tests.exchange.paper.tickets import SYMBOL, place

PACE = Pace()


def news(feeds: Feeds, subscription: Subscription, now_ms: int, flags: int = 0) -> list[str]:
    feeds.flush(now_ms)
    return list(subscription.news(now_ms, flags))


def test_a_ticker_speaks_every_fifteen_seconds_when_it_changed(engine: Engine) -> None:
    feeds, live = Feeds(), engine.markets[SYMBOL]
    ticker = TickerSubscription(feeds.ticker(live), PACE, 0)
    ticker.snapshot()
    place(engine, "0.001")

    assert news(feeds, ticker, 14_999) == []
    assert len(news(feeds, ticker, 15_000)) == 1
    assert news(feeds, ticker, 30_000) == []


def test_a_new_high_is_told_soon(engine: Engine) -> None:
    feeds, live = Feeds(), engine.markets[SYMBOL]
    ticker = TickerSubscription(feeds.ticker(live), PACE, 0)
    ticker.snapshot()
    engine.move_price(SYMBOL, 90_000 * UNIT)
    engine.bots_trade(SYMBOL, is_buy=True, amount=1, limit=None)

    assert news(feeds, ticker, 500) == []
    (frame,) = news(feeds, ticker, 1_000)
    assert json.loads(frame)[8] >= 90_000


def test_a_trade_is_told_as_te_and_then_as_tu(engine: Engine) -> None:
    feeds, live = Feeds(), engine.markets[SYMBOL]
    trades = TradeSubscription(feeds.trades(live))
    trades.snapshot()
    engine.bots_trade(SYMBOL, is_buy=True, amount=1, limit=None)
    first, second = news(feeds, trades, 0), news(feeds, trades, 100)

    assert first[0].startswith('"te",[')
    assert second == [first[0].replace("te", "tu")]
    assert news(feeds, trades, 200) == []


def test_a_trade_in_the_snapshot_is_not_told_again(engine: Engine) -> None:
    feeds, live = Feeds(), engine.markets[SYMBOL]
    early = TradeSubscription(feeds.trades(live))
    early.snapshot()
    engine.bots_trade(SYMBOL, is_buy=True, amount=1, limit=None)
    news(feeds, early, 0)
    late = TradeSubscription(feeds.trades(live))
    rows = json.loads(late.snapshot())

    assert rows[0][0] == live.tape[-1].id
    assert len(news(feeds, early, 100)) == 1
    assert list(late.news(100, 0)) == []


def test_a_checksum_comes_every_two_and_a_half_seconds_after_changes(engine: Engine) -> None:
    feeds, live = Feeds(), engine.markets[SYMBOL]
    book = BookSubscription(feeds.book(live, 5, 25, 0), PACE, 0)
    told = {}
    for now_ms in (100, 2_500, 5_000, 7_500):
        if now_ms in (100, 7_500):
            place(engine, "0.01", "60990")
        told[now_ms] = [frame for frame in news(feeds, book, now_ms, CHECKSUM) if "cs" in frame]

    assert [len(frames) for frames in told.values()] == [0, 1, 0, 1]
    assert told[7_500] == [f'"cs",{feeds.book(live, 5, 25, 0).checksum()}']


def test_no_checksum_unless_asked_for(engine: Engine) -> None:
    feeds, live = Feeds(), engine.markets[SYMBOL]
    book = BookSubscription(feeds.book(live, 5, 25, 0), PACE, 0)

    assert news(feeds, book, 10_000) == []


def test_bulk_updates_bring_all_changes_of_a_moment_in_one_frame(engine: Engine) -> None:
    feeds, live = Feeds(), engine.markets[SYMBOL]
    one_by_one = BookSubscription(feeds.book(live, 5, 25, 0), PACE, 0)
    together = BookSubscription(feeds.book(live, 5, 25, 0), PACE, 0)
    engine.move_price(SYMBOL, 62_000 * UNIT)
    frames = news(feeds, one_by_one, 100)
    (bulk,) = together.news(100, BULK_UPDATES)

    assert len(frames) >= 50
    assert json.loads(bulk) == [json.loads(frame) for frame in frames]
    assert news(feeds, together, 200, BULK_UPDATES) == []
