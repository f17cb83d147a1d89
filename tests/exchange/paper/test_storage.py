from __future__ import annotations

from pathlib import Path

from exchange.paper.engine import Engine
from exchange.paper.market.markets import catalogue
from exchange.paper.storage import Storage
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
    waiting = place(engine, "0.1", "50000", cid=5)
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
