from __future__ import annotations

import gc
import hashlib
import subprocess
import sys
import time
from types import FrameType

from exchange.paper.engine import Engine, Past
from exchange.paper.market.markets import catalogue
from exchange.paper.market.tape import KEPT_TRADES
from exchange.paper.numbers import UNIT
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.tickets import SYMBOL, place


def tape(seed: int, steps: int = 150) -> str:
    """A digest of all that was traded and all that stands in the books after a short run."""
    clock = Clock()
    engine = Engine(seed=seed, clock=clock)
    for step in range(steps):
        clock.ms += 100
        if step == 40:
            place(engine, "0.1", "60000")
        if step == 70:
            place(engine, "-0.2")
        engine.step()
    told = [
        (symbol, list(live.tape), [order.id for order in live.book.bids.orders()])
        for symbol, live in engine.markets.items()
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def test_the_same_seed_and_orders_give_the_same_tape() -> None:
    assert tape(3) == tape(3)


def test_looking_on_changes_nothing(clock: Clock) -> None:
    unseen, seen = (Engine(seed=3, clock=clock) for _ in range(2))
    for step in range(120):
        clock.ms += 100
        unseen.step()
        seen.step()
        if step == 60:
            for live in seen.markets.values():
                assert live.book.asks.best()
                assert live.day.volume
                assert live.tape.newest

    for symbol, live in unseen.markets.items():
        other = seen.markets[symbol]

        assert list(live.book.bids.orders())[0].id == list(other.book.bids.orders())[0].id
        assert live.tape.newest == other.tape.newest
        assert live.chart.last("1h") == other.chart.last("1h")


def test_another_seed_gives_another_tape() -> None:
    assert tape(3) != tape(4)


def test_the_tape_does_not_depend_on_the_process() -> None:
    code = "from tests.exchange.paper.test_engine import tape; print(tape(3))"
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for hash_seed in ("1", "2")
    }

    assert digests == {tape(3)}


def test_a_run_that_goes_on_rolls_other_dice(clock: Clock) -> None:
    first = Engine(seed=1, clock=clock, listed=catalogue()[:1])
    again = Engine(seed=1, clock=clock, listed=catalogue()[:1], past=Past(starts=1))
    for _ in range(5):
        first.step()
        again.step()

    assert first.prices.values() != again.prices.values()


def test_a_moved_price_takes_the_crosses_along(clock: Clock) -> None:
    engine = Engine(seed=1, clock=clock)
    engine.move_price("tBTCUSD", 40_000 * UNIT)
    ether = engine.markets["tETHUSD"].book.bids.best()
    cross = engine.markets["tETHBTC"].book.bids.best()

    assert abs(cross * 40_000 / ether - 1) < 0.002


def test_bots_can_be_told_to_trade(engine: Engine) -> None:
    live = engine.markets[SYMBOL]
    best = live.book.bids.best()
    got = engine.bots_trade(SYMBOL, is_buy=False, amount=1_000, limit=best)

    assert got == 1_000
    assert (live.tape[-1].amount, live.tape[-1].price) == (-1_000, best)
    assert live.day.last == best


def test_accepted_orders_stand_in_the_ledger(engine: Engine) -> None:
    order = place(engine, "0.1", "50000", cid=12)

    assert [(record.id, record.cid) for record in engine.ledger.orders] == [(order.id, 12)]


def test_numbers_of_orders_and_trades_only_rise(engine: Engine, clock: Clock) -> None:
    for _ in range(50):
        clock.ms += 100
        engine.step()
    ids = [trade.id for trade in engine.markets[SYMBOL].tape]

    assert ids == sorted(set(ids))


def test_hundreds_of_markets_open_in_no_time(clock: Clock) -> None:
    begin = time.process_time()
    engine = Engine(seed=1, clock=clock)
    opened = time.process_time()
    for live in engine.markets.values():
        assert live.book.bids.best()
        assert live.day.last
    looked_at = time.process_time()

    assert opened - begin < 0.3
    assert looked_at - opened < 5


def test_time_passes_cheaply_while_nobody_looks(clock: Clock) -> None:
    engine = Engine(seed=1, clock=clock)
    calls = 0

    def count(frame: FrameType, event: str, arg: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    # Counted, not timed: the same on every machine, however busy it is.
    sys.setprofile(count)
    for _ in range(200):
        clock.ms += 100
        engine.step()
    sys.setprofile(None)

    # 200 steps are 20 seconds, in which a core makes more than fifty million calls.
    assert calls < 6_000_000


def test_memory_stays_flat_however_fast_time_passes(clock: Clock) -> None:
    """At speed 50 markets trade fifty times as much within the same minutes."""
    engine = Engine(seed=1, clock=clock, listed=catalogue()[:2])

    def live(steps: int) -> int:
        for step in range(steps):
            clock.ms += 2
            engine.step()
            if step % 500 == 0:
                engine.history.take_unsaved()
                engine.desk.take_changes()
        gc.collect()
        return len(gc.get_objects())

    # Until the tapes are full they grow.
    while len(engine.markets["tETHUSD"].tape) < KEPT_TRADES:
        engine.step()
    before = live(1_000)
    after = live(3_000)

    assert after - before < 500


def test_a_delisted_market_takes_its_own_orders_along_and_no_others(engine: Engine) -> None:
    here, there = place(engine, "0.1", "50000"), place(engine, "0.1", "2000", symbol="tETHUSD")
    engine.delist(SYMBOL)

    assert SYMBOL not in engine.markets
    assert (here.status(), there.status()) == ("CANCELED", "ACTIVE")
