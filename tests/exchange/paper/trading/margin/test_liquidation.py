from __future__ import annotations

from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT
from exchange.paper.trading.orders import Kind
from tests.exchange.paper.tickets import SYMBOL, check_laws, place


def position(engine: Engine) -> int:
    return engine.desk.positions.amount("ann", SYMBOL)


def test_orders_that_own_their_money_outlive_a_liquidation(engine: Engine) -> None:
    place(engine, "0.3", kind=Kind.MARGIN_MARKET)
    lent = place(engine, "0.01", "30000", kind=Kind.MARGIN_LIMIT)
    owned = place(engine, "0.01", "30000")
    engine.move_price(SYMBOL, 40_000 * UNIT)
    engine.desk.tick()

    assert position(engine) == 0
    assert (lent.status(), owned.status()) == ("CANCELED", "ACTIVE")
    check_laws(engine)


def test_a_position_that_nobody_would_take_is_kept_until_somebody_does(engine: Engine) -> None:
    place(engine, "0.3", kind=Kind.MARGIN_MARKET)
    engine.move_price(SYMBOL, 40_000 * UNIT)
    engine.bots_trade(SYMBOL, is_buy=False, amount=10**6 * UNIT, limit=None)
    engine.desk.tick()
    while_nobody_bids = position(engine)
    engine.move_price(SYMBOL, 40_000 * UNIT)
    engine.desk.tick()

    assert while_nobody_bids == UNIT * 3 // 10
    assert position(engine) == 0
    check_laws(engine)
