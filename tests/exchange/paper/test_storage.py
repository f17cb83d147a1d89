from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from exchange.paper.engine import Engine
from exchange.paper.market.markets import catalogue
from exchange.paper.numbers import UNIT
from exchange.paper.storage import Storage
from exchange.paper.trading.orders import ONE_CANCELS_OTHER, Kind, Ticket
from exchange.paper.trading.state.archive import HISTORY_MS
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.tickets import SYMBOL, check_laws, place, totals


def opened(folder: Path, clock: Clock) -> tuple[Storage, Engine]:
    storage = Storage(folder)
    past = storage.load()
    return storage, Engine(seed=1, clock=clock, past=past, listed=catalogue()[:2])


def closed(storage: Storage, engine: Engine) -> None:
    storage.save(engine.desk.take_changes(), {})
    storage.save_course(engine)
    storage.close()


def test_accounts_orders_and_fills_survive(tmp_path: Path, clock: Clock) -> None:
    storage, engine = opened(tmp_path, clock)
    place(engine, "0.2")
    waiting = place(engine, "0.1", "50000", cid=5, meta={"strategy": [Decimal("0.5")]})
    cancelled = place(engine, "0.1", "50000")
    engine.cancel(cancelled)
    before, entries = totals(engine), list(engine.desk.money_ledger.entries("ann"))
    closed(storage, engine)
    storage, again = opened(tmp_path, clock)
    storage.close()

    assert totals(again) == before
    assert again.desk.orders == engine.desk.orders
    assert list(again.desk.fills_of("ann")) == list(engine.desk.fills_of("ann"))
    assert list(again.desk.money_ledger.entries("ann")) == entries
    assert [order.id for order in again.desk.open_orders("ann")] == [waiting.id]
    assert again.desk.account("ann").wallet("USD").reserved == 5_000 * 10**8
    check_laws(again)


def test_a_waiting_order_still_fills_after_a_restart(tmp_path: Path, clock: Clock) -> None:
    storage, engine = opened(tmp_path, clock)
    waiting = place(engine, "0.1", "50000")
    closed(storage, engine)
    storage, again = opened(tmp_path, clock)
    again.move_price(SYMBOL, 49_990 * 10**8)
    storage.close()

    assert again.desk.orders[waiting.id].status() == "EXECUTED @ 50000(0.1)"


def test_prices_go_on_where_they_were(tmp_path: Path, clock: Clock) -> None:
    storage, engine = opened(tmp_path, clock)
    engine.move_price(SYMBOL, 41_000 * 10**8)
    closed(storage, engine)
    storage, again = opened(tmp_path, clock)
    storage.close()

    assert abs(again.markets[SYMBOL].book.bids.best() - 41_000 * 10**8) < 10 * 10**8
    assert again.starts == 1


def test_no_number_is_given_twice_after_a_crash(tmp_path: Path, clock: Clock) -> None:
    storage, engine = opened(tmp_path, clock)
    closed(storage, engine)
    for _ in range(50):
        engine.step()
    order = place(engine, "0.001")
    storage, again = opened(tmp_path, clock)
    storage.close()

    assert again.desk.numbering.order_id > order.id
    assert again.desk.numbering.trade_id > engine.markets[SYMBOL].tape[-1].id


def test_everything_on_margin_survives(tmp_path: Path, clock: Clock) -> None:
    storage, engine = opened(tmp_path, clock)
    place(engine, "0.1", kind=Kind.MARGIN_MARKET)
    place(engine, "-0.05", kind=Kind.MARGIN_MARKET)
    place(engine, "-0.2", kind=Kind.MARGIN_MARKET)
    place(engine, "0.1", "50000", kind=Kind.MARGIN_LIMIT)
    before = engine.desk.positions.of("ann"), list(engine.desk.positions.past("ann"))
    figures = engine.desk.margin.base("ann").balance
    closed(storage, engine)
    storage, again = opened(tmp_path, clock)
    storage.close()

    assert (again.desk.positions.of("ann"), list(again.desk.positions.past("ann"))) == before
    assert [len(found) for found in before] == [1, 1]
    assert again.desk.margin.base("ann").balance == figures
    check_laws(again)


def aged(folder: Path) -> None:
    """Rewrite a file as it was before orders could be changed and money was told about."""
    database = sqlite3.connect(folder / "paper.sqlite3")
    with database:
        for table in ("positions", "entries"):
            database.execute(f"DROP TABLE {table}")
        for order_id, body in list(database.execute("SELECT id, body FROM orders")):
            record = json.loads(body)
            for name in ("executed", "queued", "previous_kind", "partner", "placed_by", "cover"):
                del record[name]
            row = (json.dumps(record), order_id)
            database.execute("UPDATE orders SET body = ? WHERE id = ?", row)
        database.execute("PRAGMA user_version=0")
    database.close()


def test_a_file_of_an_older_version_is_read(tmp_path: Path, clock: Clock) -> None:
    storage, engine = opened(tmp_path, clock)
    waiting, filled = place(engine, "0.1", "50000"), place(engine, "0.001")
    before = totals(engine)
    closed(storage, engine)
    aged(tmp_path)
    storage, again = opened(tmp_path, clock)
    storage.close()

    assert again.desk.orders[waiting.id] == waiting
    assert again.desk.orders[filled.id].status() == filled.status()
    assert totals(again) == before


def make_unreadable(file: Path) -> None:
    file.write_bytes(b"this is no database, and never was one" * 100)


def make_newer(file: Path) -> None:
    database = sqlite3.connect(file)
    database.execute("PRAGMA user_version=99")
    database.close()


def make_strange(file: Path) -> None:
    database = sqlite3.connect(file)
    with database:
        database.execute("UPDATE accounts SET body = '{}'")
    database.close()


@pytest.mark.parametrize("spoil", [make_unreadable, make_newer, make_strange])
def test_what_cannot_be_understood_is_kept_aside(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture, spoil: Callable[[Path], None]
) -> None:
    storage, engine = opened(tmp_path, clock)
    place(engine, "0.1", "50000")
    closed(storage, engine)
    spoil(tmp_path / "paper.sqlite3")
    spoiled = (tmp_path / "paper.sqlite3").read_bytes()
    storage, again = opened(tmp_path, clock)
    place(again, "0.001")
    closed(storage, again)

    assert again.desk.open_orders("ann") == []
    # But for the header of a database, which counts how often it was opened.
    assert (tmp_path / "paper.sqlite3.set-aside-1").read_bytes()[100:] == spoiled[100:]
    assert "begins anew" in caplog.text
    assert "paper.sqlite3.set-aside-1" in caplog.text


def test_orders_older_than_the_history_are_forgotten(tmp_path: Path, clock: Clock) -> None:
    storage, engine = opened(tmp_path, clock)
    old, waiting = place(engine, "0.001"), place(engine, "0.1", "50000")
    clock.ms += HISTORY_MS + 1
    newer = place(engine, "0.001")
    here = list(engine.desk.orders)
    closed(storage, engine)
    storage, again = opened(tmp_path, clock)
    storage.close()

    assert here == [waiting.id, newer.id]
    assert sorted(again.desk.orders) == [waiting.id, newer.id]
    assert old.id not in again.desk.orders


def test_nonces_survive(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    _, engine = opened(tmp_path, Clock())
    storage.save(engine.desk.take_changes(), {"k": 17})
    storage.close()
    storage = Storage(tmp_path)
    nonces = storage.nonces()
    storage.close()

    assert nonces == {"k": 17}


def test_without_a_folder_nothing_is_kept(clock: Clock) -> None:
    storage = Storage(None)
    engine = Engine(seed=1, clock=clock, listed=catalogue()[:1])
    place(engine, "0.001")
    storage.save(engine.desk.take_changes(), {"k": 1})
    storage.save_course(engine)
    storage.close()

    assert storage.load().orders == []
    assert storage.nonces() == {}


def test_a_file_that_is_only_out_of_reach_is_not_set_aside(tmp_path: Path, clock: Clock) -> None:
    storage, engine = opened(tmp_path, clock)
    waiting = place(engine, "0.1", "50000")
    closed(storage, engine)
    in_the_way = tmp_path / "paper.sqlite3-wal"
    in_the_way.mkdir()
    with pytest.raises(sqlite3.OperationalError):
        Storage(tmp_path)
    in_the_way.rmdir()
    storage, again = opened(tmp_path, clock)
    storage.close()

    assert again.desk.orders[waiting.id] == waiting


def test_orders_of_a_market_that_is_no_longer_listed_are_cancelled(
    tmp_path: Path, clock: Clock
) -> None:
    storage, engine = opened(tmp_path, clock)
    gone, kept = catalogue()[1], place(engine, "0.1", "50000")
    pair = engine.submit(
        "ann",
        Ticket(
            market=gone,
            kind=Kind.LIMIT,
            amount=-UNIT,
            price=9_000 * UNIT,
            oco_stop=1_000 * UNIT,
            flags=ONE_CANCELS_OTHER,
        ),
    )
    closed(storage, engine)
    storage = Storage(tmp_path)
    again = Engine(seed=1, clock=clock, past=storage.load(), listed=catalogue()[:1])
    storage.close()

    assert [again.desk.orders[order.id].status() for order in pair] == ["CANCELED", "CANCELED"]
    assert again.desk.open_orders("ann") == [kept]
    assert again.desk.account("ann").wallet(gone.base.code).reserved == 0


def test_an_error_of_the_moment_sets_nothing_aside(tmp_path: Path, clock: Clock) -> None:
    storage, engine = opened(tmp_path, clock)
    closed(storage, engine)
    storage = Storage(tmp_path)
    other = sqlite3.connect(tmp_path / "paper.sqlite3")
    other.execute("ALTER TABLE fills RENAME TO elsewhere")
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        storage.load()
    other.execute("ALTER TABLE elsewhere RENAME TO fills")
    other.close()
    past = storage.load()
    storage.close()

    assert past.starts == 1
    assert not list(tmp_path.glob("*.set-aside-*"))
