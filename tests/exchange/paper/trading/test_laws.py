"""Whatever people and bots do: the laws of money, of books and of trades hold after each step."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.paper.engine import Engine
from exchange.paper.market.markets import catalogue
from exchange.paper.refusals import Refusal
from exchange.paper.trading.orders import Fill
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.flows import ACTIONS, MOVES, PEOPLE
from tests.exchange.paper.tickets import SYMBOL, check_laws, totals


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3), st.lists(MOVES, max_size=40))
def test_no_flow_of_orders_makes_or_loses_money(seed: int, flow: list[Any]) -> None:
    clock = Clock()
    engine = Engine(seed=seed, clock=clock, listed=catalogue()[:1])
    for who in PEOPLE:
        engine.desk.account(who)
    before = totals(engine)
    for name, *details in flow:
        clock.ms += 7
        # A refused order must have changed nothing either.
        with suppress(Refusal):
            ACTIONS[name](engine, *details)

        check_laws(engine)
        assert totals(engine) == before
    check_both_sides(engine)


def check_both_sides(engine: Engine) -> None:
    """Every fill is on the tape, and what two people traded was sold by one to the other."""
    traded = {trade.id: trade for trade in engine.markets[SYMBOL].tape}
    by_trade: dict[int, list[Fill]] = defaultdict(list)
    for who in PEOPLE:
        for fill in engine.desk.fills_of(who):
            by_trade[fill.id].append(fill)
    for trade_id, sides in by_trade.items():
        trade = traded[trade_id]
        taken = [fill.amount for fill in sides if not fill.is_maker]
        made = [-fill.amount for fill in sides if fill.is_maker]
        assert {fill.price for fill in sides} == {trade.price}
        assert len(taken) <= 1
        assert len(made) <= 1
        assert {*taken, *made} == {trade.amount}
