from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.paper.engine import Engine
from exchange.paper.market import archive
from exchange.paper.market.course import YEAR_MS
from exchange.paper.market.markets import catalogue
from exchange.paper.market.spans import HOUR_MS, MINUTE_MS
from exchange.paper.market.trades import Trade
from exchange.paper.storage import Storage
from tests.exchange.paper.clock import START_MS, Clock
from tests.exchange.paper.market.pasts import LAST_ID, history, market

LISTED = catalogue()[:4]


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.executescript(archive.SCHEMA)
    yield connection
    connection.close()


def started(folder: Path, clock: Clock) -> tuple[Storage, Engine]:
    storage = Storage(folder)
    return storage, Engine(seed=1, clock=clock, past=storage.load(), listed=LISTED)


def run(engine: Engine, clock: Clock, steps: int) -> None:
    for _ in range(steps):
        clock.ms += 100
        engine.step()


def ended(storage: Storage, engine: Engine) -> None:
    storage.save_course(engine)
    storage.close()


def days(engine: Engine, clock: Clock) -> dict[str, tuple[int, ...]]:
    found = {}
    for symbol, live in engine.markets.items():
        day = live.day
        day.roll(clock())
        found[symbol] = (day.change, day.open, day.high, day.low, day.last, day.volume)
    return found


def test_the_day_does_not_jump_at_a_restart(tmp_path: Path, clock: Clock) -> None:
    storage, engine = started(tmp_path, clock)
    run(engine, clock, 900)
    before = days(engine, clock)
    ended(storage, engine)
    storage, engine = started(tmp_path, clock)

    assert days(engine, clock) == before

    storage.close()


def test_charts_do_not_change_at_a_restart(tmp_path: Path, clock: Clock) -> None:
    storage, engine = started(tmp_path, clock)
    run(engine, clock, 900)
    before = [live.chart.candles("1m", limit=2_000) for live in engine.markets.values()]
    ended(storage, engine)
    clock.ms += 30_000
    storage, engine = started(tmp_path, clock)

    assert [live.chart.candles("1m", limit=2_000) for live in engine.markets.values()] == before

    storage.close()


def test_after_a_night_without_power_there_is_no_hole(tmp_path: Path, clock: Clock) -> None:
    storage, engine = started(tmp_path, clock)
    run(engine, clock, 300)
    values = engine.prices.values()
    ended(storage, engine)
    clock.ms += 9 * HOUR_MS
    storage, engine = started(tmp_path, clock)
    bitcoin = engine.markets["tBTCUSD"]
    night = bitcoin.chart.candles("15m", start_ms=clock.ms - 9 * HOUR_MS)

    assert len(night) == 36
    assert engine.prices.values() == pytest.approx(values)
    assert bitcoin.tape.newest.id < engine.desk.numbering.trade_id
    assert bitcoin.day.volume > 0

    storage.close()


def test_a_coarser_span_takes_the_place_of_the_finer_ones(database: sqlite3.Connection) -> None:
    past = history()
    chart = past.chart(market("tBTCUSD"))
    for number in range(400):
        chart.add(Trade(LAST_ID + number, START_MS + number * 3 * MINUTE_MS, 10, 61_000 * 10**8))
        if number % 7 == 0:
            archive.write_history(database, past)
    archive.write_history(database, past)
    read = archive.read_history(database, START_MS).spans["tBTCUSD"]

    assert read == list(chart.record.spans(0, 2**53, newest_first=False))
    assert sum(span.trades for span in read) == 400
    assert len(read) < 400


def test_stretches_come_back_as_they_were(database: sqlite3.Connection) -> None:
    past = history()
    archive.write_history(database, past)
    archive.write_history(database, past)

    assert archive.read_history(database, 5).stretches == past.stretches
    assert archive.read_history(database, 5).told_ms == 5


def test_stretches_of_long_ago_are_deleted(database: sqlite3.Connection) -> None:
    archive.write_history(database, history())
    recorded = archive.read_history(database, START_MS)
    archive.write_history(database, history(START_MS + 2 * YEAR_MS, recorded))

    assert len(archive.read_history(database, START_MS).stretches) == 1
