from __future__ import annotations

from exchange.paper.engine import Engine
from exchange.paper.numbers import dumps
from exchange.paper.rows import (
    fill_row,
    notification,
    order_row,
    past_order_row,
    ticker_row,
    wallet_row,
)
from exchange.paper.trading.orders import POST_ONLY
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.tickets import SYMBOL, place


def test_a_ticker_has_eleven_elements(engine: Engine) -> None:
    live = engine.markets[SYMBOL]
    row = ticker_row(live, first_trade=True)

    assert len(row) == 11
    assert float(row[0]) < float(row[2])
    assert float(row[9]) <= float(row[6]) <= float(row[8])
    assert row[10] == live.market.first_trade_ms
    assert ticker_row(live, first_trade=False)[10] is None


def test_a_change_is_told_in_money_and_as_a_fraction(engine: Engine) -> None:
    day = engine.markets[SYMBOL].day
    row = ticker_row(engine.markets[SYMBOL], first_trade=True)

    assert float(row[4]) == (day.last - day.open) / 10**8
    assert abs(float(row[5]) - (day.last / day.open - 1)) < 1e-8


def test_an_order_has_32_elements_in_their_places(engine: Engine, clock: Clock) -> None:
    order = place(engine, "-0.1", "70000", cid=7, gid=8, meta={"aff_code": "x"})
    row = order_row(order)

    assert len(row) == 32
    assert row[:4] == [order.id, 8, 7, "tBTCUSD"]
    assert row[4:6] == [clock.ms, clock.ms]
    assert row[6:9] == ["-0.1", "-0.1", "EXCHANGE LIMIT"]
    assert row[12:14] == [0, "ACTIVE"]
    assert row[16:18] == ["70000", "0"]
    assert (row[28], row[31]) == ("API>BFX", {"aff_code": "x"})


def test_a_sold_out_order_has_nothing_remaining(engine: Engine) -> None:
    order = place(engine, "-0.1")
    row = order_row(order)

    assert row[6:8] == ["0", "-0.1"]
    assert float(row[16]) > 0
    assert float(row[17]) > 0


def test_history_writes_flags_as_text_and_marks_meta(engine: Engine) -> None:
    row = past_order_row(place(engine, "0.1", "70000", flags=POST_ONLY))

    assert (row[12], row[13], row[31]) == ("4096", "POSTONLY CANCELED", {"_$F7": 1})


def test_a_wallet_has_seven_elements(engine: Engine) -> None:
    place(engine, "0.1", "50000")
    row = wallet_row(engine.desk.account("ann").wallet("USD"))

    assert row == ["exchange", "USD", "50000", 0, "45000", "Deposit (PAPER)", None]


def test_a_fill_has_twelve_elements(engine: Engine) -> None:
    order = place(engine, "0.1", cid=4)
    fill = engine.desk.fills_of("ann")[0]
    row, short = fill_row(fill), fill_row(fill, with_order=False)

    assert len(row) == len(short) == 12
    assert row[3] == order.id
    assert (row[6], row[8], row[10], row[11]) == ("EXCHANGE MARKET", -1, "BTC", 4)
    assert row[9].startswith("-")
    assert short[6:8] == [None, None]


def test_a_notification_has_eight_elements() -> None:
    row = notification("on-req", 5, [], "Submitting 1 orders.")

    assert dumps(row) == '[5,"on-req",null,null,[],null,"SUCCESS","Submitting 1 orders."]'
