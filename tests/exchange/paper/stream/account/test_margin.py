from __future__ import annotations

from typing import Any

import pytest

from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT
from exchange.paper.trading.orders import Kind
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.stream.talking import Talk
from tests.exchange.paper.tickets import SYMBOL, place


def trade(engine: Engine, amount: str) -> None:
    place(engine, amount, kind=Kind.MARGIN_MARKET)


def positions(talk: Talk) -> list[Any]:
    """Publish what has happened, and return what that tells of positions."""
    talk.stream.commit()
    return [frame[1:3] for frame in talk.heard() if frame[1] in ("pn", "pu", "pc")]


def test_a_position_opens_changes_and_closes(ann: Talk, engine: Engine) -> None:
    told = []
    for amount in ("0.01", "0.01", "-0.02"):
        trade(engine, amount)
        told += positions(ann)

    assert [(code, row[0], row[1], row[2]) for code, row in told] == [
        ("pn", SYMBOL, "ACTIVE", 0.01),
        ("pu", SYMBOL, "ACTIVE", 0.02),
        ("pc", SYMBOL, "CLOSED", 0),
    ]
    assert {row[11] for _, row in told} == {told[0][1][11]}
    assert {len(row) for _, row in told} == {20}
    assert told[2][1][6] is None


def test_a_position_that_turns_round_closes_and_another_opens(ann: Talk, engine: Engine) -> None:
    trade(engine, "0.01")
    positions(ann)
    trade(engine, "-0.03")

    assert [(code, row[2]) for code, row in positions(ann)] == [("pc", 0), ("pn", -0.02)]


def test_open_positions_are_in_the_snapshot(engine: Engine, clock: Clock) -> None:
    trade(engine, "0.01")
    talk = Talk(engine, clock)
    _, (_, code, rows), *_ = talk.authenticate()
    trade(engine, "0.01")

    assert code == "ps"
    assert [(row[0], row[2]) for row in rows] == [(SYMBOL, 0.01)]
    assert [code for code, _ in positions(talk)] == ["pu"]


def test_a_position_is_worked_out_when_asked_for(ann: Talk, engine: Engine) -> None:
    trade(engine, "0.01")
    ann.stream.commit()
    ann.heard()
    engine.move_price(SYMBOL, 63_000 * UNIT)
    ann.stream.commit()
    ann.heard()
    ((_, code, row),) = ann.ask("calc", [["position_tBTCUSD"], ["position_tETHUSD"]])

    assert code == "pu"
    assert 15 < row[6] < 25
    assert row[7] == pytest.approx(row[6] / (row[3] * 0.01) * 100)
    assert 0 < row[9] < 1
    assert row[8] is None


def test_what_margin_carries_is_worked_out_when_asked_for(ann: Talk, engine: Engine) -> None:
    trade(engine, "0.1")
    ann.stream.commit()
    ann.heard()
    base, pair = ann.ask("calc", [["margin_base"], ["margin_sym_tBTCUSD"]])

    assert base[:2] == pair[:2] == [0, "miu"]
    kind, (profit, swaps, balance, net, required) = base[2]
    assert (kind, swaps) == ("base", 0)
    assert net == pytest.approx(balance + profit)
    assert 0 < required < balance
    kind, symbol, figures = pair[2]
    assert (kind, symbol, len(figures)) == ("sym", SYMBOL, 4)
    assert 0 < figures[0] < figures[1]


def test_funding_yields_nothing(ann: Talk) -> None:
    frames = ann.ask("calc", [["funding_sym_fUSD"], ["funding_sym_fNIX"]])

    assert frames == [[0, "fiu", ["sym", "fUSD", [0, 0, 0, 0]]]]
