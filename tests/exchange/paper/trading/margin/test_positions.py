from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from exchange.paper.market.markets import catalogue
from exchange.paper.numbers import UNIT
from exchange.paper.trading.margin.positions import Positions

MARKET = catalogue()[0]


def trade(positions: Positions, amount: int, total: int, now_ms: int = 1) -> int:
    profit, _ = positions.trade("ann", MARKET, amount, total, now_ms)
    return profit


def test_a_position_grows_at_the_mean_of_its_prices() -> None:
    positions = Positions()
    trade(positions, 2 * UNIT, 200 * UNIT)
    trade(positions, UNIT, 130 * UNIT, now_ms=5)
    position = positions.find("ann", MARKET.symbol)

    assert position is not None
    assert (position.amount, position.cost, position.base_price) == (3 * UNIT, 330 * UNIT, "110")
    assert (position.created_ms, position.updated_ms) == (1, 5)


def test_closing_a_part_realises_its_part_of_the_profit() -> None:
    positions = Positions()
    trade(positions, 2 * UNIT, 200 * UNIT)
    profit = trade(positions, -UNIT, 150 * UNIT)
    position = positions.find("ann", MARKET.symbol)

    assert profit == 50 * UNIT
    assert position is not None
    assert (position.amount, position.cost, position.base_price) == (UNIT, 100 * UNIT, "100")
    assert position.profit == 50 * UNIT


def test_a_short_position_wins_when_the_price_falls() -> None:
    positions = Positions()
    trade(positions, -2 * UNIT, 200 * UNIT)
    position = positions.find("ann", MARKET.symbol)

    assert position is not None
    assert (position.amount, position.cost, position.base_price) == (-2 * UNIT, -200 * UNIT, "100")
    assert trade(positions, 2 * UNIT, 150 * UNIT) == 50 * UNIT


def test_a_closed_position_belongs_to_the_past() -> None:
    positions = Positions()
    trade(positions, UNIT, 100 * UNIT)
    trade(positions, -UNIT, 90 * UNIT, now_ms=9)
    (past,) = positions.past("ann")

    assert positions.of("ann") == []
    assert positions.accounts() == []
    assert (past.is_open, past.profit, past.updated_ms) == (False, -10 * UNIT, 9)
    assert past.base_price == "100"


def test_turning_round_closes_one_position_and_opens_another() -> None:
    positions = Positions()
    trade(positions, UNIT, 100 * UNIT)
    profit, touched = positions.trade("ann", MARKET, -3 * UNIT, 360 * UNIT, 2)
    closed, opened = touched

    assert profit == 20 * UNIT
    assert (closed.is_open, opened.amount, opened.cost) == (False, -2 * UNIT, -240 * UNIT)
    assert opened.id == closed.id + 1


def test_numbers_go_on_after_what_was_restored() -> None:
    first, again = Positions(), Positions()
    trade(first, UNIT, 100 * UNIT)
    trade(first, -2 * UNIT, 90 * UNIT)
    again.restore([*first.past("ann"), *first.of("ann")])
    trade(again, UNIT, 90 * UNIT)
    trade(again, UNIT, 90 * UNIT)
    newest = again.find("ann", MARKET.symbol)

    assert newest is not None
    assert newest.id == first.of("ann")[0].id + 1
    assert len(again.past("ann")) == 2


steps = st.tuples(st.integers(-(10**12), 10**12).filter(bool), st.integers(0, 10**16))


@given(st.lists(steps, max_size=30))
def test_profit_and_cost_account_for_every_unit(flow: list[tuple[int, int]]) -> None:
    positions, cash, paid_out, held = Positions(), 0, 0, 0
    for amount, total in flow:
        paid_out += trade(positions, amount, total)
        cash -= total if amount > 0 else -total
        held += amount
        position = positions.find("ann", MARKET.symbol)
        cost = 0 if position is None else position.cost

        assert (0 if position is None else position.amount) == held
        assert cash == paid_out - cost
