from __future__ import annotations

from exchange.paper.engine import Engine, Past
from exchange.paper.market.markets import catalogue
from exchange.paper.records import account_of, account_record, order_of, order_record
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.tickets import SYMBOL
from tests.exchange.paper.trading.test_execution import pair


def test_an_order_whose_partner_is_not_there_any_more_ends_alone(
    engine: Engine, clock: Clock
) -> None:
    first, _ = pair(engine, "0.1", 50_000, 70_000)
    left = order_of(order_record(first), {SYMBOL: first.market})
    account = account_of(account_record(engine.desk.account("ann")))
    past = Past(accounts=[account], orders=[left])
    again = Engine(seed=1, clock=clock, listed=catalogue()[:1], past=past)
    before = again.desk.account("ann").wallet("USD").reserved
    again.cancel(left)

    assert before > 0
    assert left.status() == "CANCELED"
    assert again.desk.account("ann").wallet("USD").reserved == 0
