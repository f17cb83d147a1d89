from __future__ import annotations

from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT
from exchange.paper.trading.orders import HIDDEN
from exchange.paper.trading.raw_book import nearest_orders
from tests.exchange.paper.tickets import SYMBOL, place


def test_the_best_come_first_and_at_one_price_the_lower_id(engine: Engine) -> None:
    book = engine.markets[SYMBOL].book
    best = (book.bids.best() or 0) // UNIT
    mine = [place(engine, "0.01", f"{best + 1}").id for _ in range(3)]
    found = nearest_orders(book, is_buy=True, count=10)

    assert [resting.id for resting in found[:3]] == mine
    assert [resting.price for resting in found] == sorted(
        (resting.price for resting in found), reverse=True
    )
    assert len(found) == 10


def test_hidden_orders_are_not_shown(engine: Engine) -> None:
    book = engine.markets[SYMBOL].book
    best = (book.bids.best() or 0) // UNIT
    hidden = place(engine, "0.01", f"{best + 1}", flags=HIDDEN)

    assert hidden.is_open
    assert hidden.id not in [
        resting.id for resting in nearest_orders(book, is_buy=True, count=1_000)
    ]
