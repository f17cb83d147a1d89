from __future__ import annotations

from exchange.paper.engine import Engine
from exchange.paper.margin_rows import margin_base_row, margin_symbol_row, position_row
from exchange.paper.numbers import UNIT
from exchange.paper.trading.orders import Kind
from tests.exchange.paper.tickets import SYMBOL, place


def test_an_open_position_has_all_its_figures(engine: Engine) -> None:
    place(engine, "-0.1", kind=Kind.MARGIN_MARKET)
    (position,) = engine.desk.positions.of("ann")
    row = position_row(position, engine.desk.margin)

    assert len(row) == 20
    assert row[:3] == [SYMBOL, "ACTIVE", "-0.1"]
    assert float(row[8]) > float(row[3])
    assert (row[11], row[12], row[15]) == (position.id, position.created_ms, 0)


def test_a_closed_position_tells_no_profit_that_could_still_come(engine: Engine) -> None:
    for amount in ("0.1", "-0.1"):
        place(engine, amount, kind=Kind.MARGIN_MARKET)
    (position,) = engine.desk.positions.past("ann")
    row = position_row(position, engine.desk.margin)

    assert (row[1], row[2], row[6:10]) == ("CLOSED", "0", [None] * 4)


def test_margin_is_told_as_the_stream_and_rest_tell_it(engine: Engine) -> None:
    place(engine, "0.1", kind=Kind.MARGIN_MARKET)
    base, pair = engine.desk.margin.base("ann"), engine.desk.margin.symbol("ann", SYMBOL)
    kind, figures = margin_base_row(base)
    symbol_row = margin_symbol_row(SYMBOL, pair)

    assert (kind, len(figures), float(figures[2])) == ("base", 5, base.balance / UNIT)
    assert symbol_row[:2] == ["sym", SYMBOL]
    assert [float(figure) for figure in symbol_row[2]] == [
        value / UNIT for value in (pair.tradable, pair.gross, pair.buy, pair.sell)
    ]
