from __future__ import annotations

from itertools import count

from exchange.paper.engine import Engine
from exchange.paper.market.makers import Maker
from exchange.paper.market.markets import catalogue
from exchange.paper.numbers import UNIT
from exchange.paper.trading.book import Book, Resting
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.dice import dice

FAIR = 60_000 * UNIT


def run(engine: Engine, clock: Clock, steps: int) -> None:
    for _ in range(steps):
        clock.ms += 100
        engine.step()


def test_every_market_stays_deep_and_uncrossed(clock: Clock) -> None:
    engine = Engine(seed=5, clock=clock)
    for _ in range(6):
        run(engine, clock, 100)
        for live in engine.markets.values():
            bid, ask = live.book.bids.best(), live.book.asks.best()

            assert min(len(live.book.bids), len(live.book.asks)) >= 25
            assert bid is not None
            assert ask is not None
            assert 0 < bid < ask


def test_spreads_are_believable(clock: Clock) -> None:
    engine = Engine(seed=5, clock=clock)
    run(engine, clock, 100)
    bitcoin = engine.markets["tBTCUSD"].book

    assert 0 < bitcoin.asks.best() - bitcoin.bids.best() <= 20 * UNIT
    for live in engine.markets.values():
        ask = live.book.asks.best()
        assert (ask - live.book.bids.best()) / ask < 0.02


def test_bitcoin_trades_several_times_a_second_and_most_others_now_and_then(
    clock: Clock,
) -> None:
    engine = Engine(seed=5, clock=clock)
    start_ms = clock.ms
    run(engine, clock, 1_200)
    counts = {
        symbol: sum(trade.made_ms > start_ms for trade in live.tape)
        for symbol, live in engine.markets.items()
    }

    assert counts["tBTCUSD"] / 120 > 2
    assert sum(count >= 1 for count in counts.values()) > 0.95 * len(counts)
    assert max(counts.values()) / 120 < 20


def test_markets_turn_over_what_the_table_says(clock: Clock) -> None:
    engine = Engine(seed=5, clock=clock)
    start_ms, steps = clock.ms, 1_200
    run(engine, clock, steps)
    expected = traded = 0.0
    for live in engine.markets.values():
        value = engine.prices.value(live.market.base.code) / UNIT
        fresh = (abs(trade.amount) for trade in live.tape if trade.made_ms > start_ms)
        traded += sum(fresh) * value
        expected += live.market.day_turnover * steps / 864_000

    assert expected / 2 < traded < expected * 2


def test_both_sides_take(engine: Engine, clock: Clock) -> None:
    run(engine, clock, 300)

    assert {trade.amount > 0 for trade in engine.markets["tETHUSD"].tape} == {True, False}


def test_quotes_follow_a_moved_price(engine: Engine) -> None:
    engine.move_price("tBTCUSD", 30_000 * UNIT)
    book = engine.markets["tBTCUSD"].book

    assert book.bids.best() < 30_000 * UNIT + 1 < book.asks.best() + 1
    assert book.asks.best() - book.bids.best() < 10 * UNIT
    assert min(len(book.bids), len(book.asks)) >= 25


def test_trades_carry_sizes_people_send(engine: Engine, clock: Clock) -> None:
    run(engine, clock, 300)
    market = catalogue()[0]
    sizes = [abs(trade.amount) for trade in engine.markets[market.symbol].tape]

    assert len(set(sizes)) > len(sizes) / 2
    assert max(sizes) < 20 * UNIT


class Emptied:
    """A book whose asks are all bought up by stops while the bots take what stands in their way."""

    def __init__(self, seed: int) -> None:
        self.book = Book()
        self.taken: list[bool] = []
        self.maker = Maker(catalogue()[0], self.book, dice(seed), self.take)
        self.maker.number_by(count(1).__next__)
        self.maker.quote(FAIR, FAIR / UNIT)
        self.book.add(Resting(10**9, is_buy=False, price=FAIR, amount=UNIT))

    def take(self, is_buy: bool, amount: int, limit: int) -> int:
        if not self.taken:
            for resting in list(self.book.asks.orders()):
                self.book.remove(resting)
        self.taken.append(is_buy)
        return amount


def test_bots_do_not_trade_where_nobody_is_left() -> None:
    runs = [Emptied(seed) for seed in range(60)]
    for run in runs:
        run.maker.act(FAIR, FAIR / UNIT)
    empty = [run.taken for run in runs if run.book.asks.best() is None]

    assert len(empty) > 10
    assert all(taken in ([True], [True, False]) for taken in empty)


def test_a_pair_whose_price_nobody_knows_is_quoted_again_when_it_is_followed(
    engine: Engine, clock: Clock
) -> None:
    book = engine.markets["tBTCUSD"].book
    engine.lose("tBTCUSD")
    engine.move_price("tBTCUSD", 40_000 * UNIT)
    run(engine, clock, 20)
    lost = book.bids.best(), book.asks.best()
    engine.follow("tBTCUSD", 39_999 * UNIT, 40_003 * UNIT)

    assert lost == (None, None)
    assert (book.bids.best(), book.asks.best()) == (39_999 * UNIT, 40_003 * UNIT)
