from __future__ import annotations

from typing import Any

import pytest

from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT
from exchange.paper.refusals import Refusal
from exchange.paper.rest.tickets import read_change, read_ticket
from exchange.paper.trading.amending import Change
from exchange.paper.trading.orders import (
    CLOSE,
    NO_VARIABLE_RATE,
    POST_ONLY,
    REDUCE_ONLY,
    Kind,
)
from exchange.paper.trading.orders import ONE_CANCELS_OTHER as OCO
from tests.exchange.paper.tickets import place

GOOD = {"symbol": "tBTCUSD", "type": "EXCHANGE LIMIT", "amount": "-0.5", "price": "61234.56"}


def test_an_order_is_read_and_its_price_cut(engine: Engine) -> None:
    ticket = read_ticket(engine, GOOD | {"cid": 5, "gid": 6, "flags": 4096, "meta": {"a": 1}})

    assert (ticket.market.pair, ticket.kind, ticket.amount) == ("BTCUSD", Kind.LIMIT, -UNIT // 2)
    assert ticket.price == 61_234 * UNIT
    assert (ticket.cid, ticket.gid, ticket.flags) == (5, 6, POST_ONLY)
    assert ticket.meta == {"a": 1}


def test_a_price_is_cut_and_never_rounded_up(engine: Engine) -> None:
    ticket = read_ticket(engine, GOOD | {"price": "0.000000019"})

    assert ticket.price == 1


def test_a_market_order_needs_no_price(engine: Engine) -> None:
    ticket = read_ticket(engine, GOOD | {"type": "EXCHANGE MARKET", "price": "1"})

    assert ticket.price is None


def test_each_type_reads_the_prices_it_needs(engine: Engine) -> None:
    prices = {"price_aux_limit": "61000.9", "price_trailing": "250"}
    stop = read_ticket(engine, GOOD | prices | {"type": "STOP"})
    stop_limit = read_ticket(engine, GOOD | prices | {"type": "EXCHANGE STOP LIMIT"})
    trailing = read_ticket(engine, GOOD | prices | {"type": "TRAILING STOP"})

    assert (stop.kind, stop.price) == (Kind.MARGIN_STOP, 61_234 * UNIT)
    assert (stop.auxiliary, stop.trailing) == (0, 0)
    assert (stop_limit.price, stop_limit.auxiliary) == (61_234 * UNIT, 61_000 * UNIT)
    assert (trailing.price, trailing.trailing) == (None, 250 * UNIT)


def test_an_oco_order_names_its_stop(engine: Engine) -> None:
    ticket = read_ticket(engine, GOOD | {"flags": OCO, "price_oco_stop": "50000.7"})

    assert (ticket.oco_stop, ticket.flags) == (50_000 * UNIT, OCO)


@pytest.mark.parametrize(
    "text", ["2030-01-01 00:00:00", "2030-01-01", "2030-01-01T00:00:00Z", "2030-01-01T02:00+02:00"]
)
def test_a_time_in_force_is_a_moment_in_utc(engine: Engine, text: str) -> None:
    assert read_ticket(engine, GOOD | {"tif": text}).tif_ms == 1_893_456_000_000


def test_positions_flags_are_for_orders_on_margin(engine: Engine) -> None:
    flags = REDUCE_ONLY | CLOSE | NO_VARIABLE_RATE

    assert read_ticket(engine, GOOD | {"type": "LIMIT", "flags": flags}).flags == flags


def test_a_change_reads_only_what_is_given(engine: Engine) -> None:
    order = place(engine, "0.1", "50000")
    change = read_change(engine, order, {"price": "50001.23", "delta": "-0.05", "gid": None})

    assert change == Change(price=50_001 * UNIT, delta=-UNIT // 20)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"price_trailing": "5"}, "price_trailing: invalid"),
        ({"price_aux_limit": "5"}, "price_aux_limit: invalid"),
        ({"price": "0"}, "price: invalid"),
        ({"amount": "0"}, "amount: invalid"),
        ({"flags": OCO}, "flags: invalid"),
        ({"flags": CLOSE}, "flags: invalid"),
        ({"tif": "2001-01-01"}, "tif: invalid"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(
    engine: Engine, change: dict[str, Any], reason: str
) -> None:
    order = place(engine, "0.1", "50000")

    with pytest.raises(Refusal, match=reason):
        read_change(engine, order, change)


@pytest.mark.parametrize(
    ("change", "code", "reason"),
    [
        ({"symbol": "BTCUSD"}, 10020, "symbol: invalid"),
        ({"symbol": "tNOPE"}, 10020, "symbol: invalid"),
        ({"symbol": ["tBTCUSD"]}, 10020, "symbol: invalid"),
        ({"type": "limit"}, 10020, "type: invalid"),
        ({"type": None}, 10020, "type: invalid"),
        ({"amount": "0"}, 10001, "amount: invalid"),
        ({"amount": "1e3"}, 10001, "amount: invalid"),
        ({"price": "0"}, 10001, "price: invalid"),
        ({"price": "-5"}, 10001, "price: invalid"),
        ({"price": None}, 10001, "price: invalid"),
        ({"price": "1000000001"}, 10001, "price: invalid"),
        ({"cid": 2**45}, 10020, "cid: invalid"),
        ({"gid": "x"}, 10020, "gid: invalid"),
        ({"flags": 1}, 10020, "flags: invalid"),
        ({"flags": REDUCE_ONLY}, 10020, "flags: invalid"),
        ({"flags": CLOSE}, 10020, "flags: invalid"),
        ({"type": "EXCHANGE FOK", "flags": OCO, "price_oco_stop": "5"}, 10020, "flags: invalid"),
        ({"flags": OCO}, 10001, "price_oco_stop: invalid"),
        ({"price_oco_stop": "5"}, 10020, "price_oco_stop: invalid"),
        ({"tif": "2001-01-01 00:00:00"}, 10020, "tif: invalid"),
        ({"tif": "soon"}, 10020, "tif: invalid"),
        ({"tif": 5}, 10020, "tif: invalid"),
        ({"type": "EXCHANGE STOP LIMIT"}, 10001, "price_aux_limit: invalid"),
        ({"type": "EXCHANGE TRAILING STOP"}, 10001, "price_trailing: invalid"),
        ({"meta": "x"}, 10020, "meta: invalid"),
    ],
)
def test_what_makes_no_sense_is_refused(
    engine: Engine, change: dict[str, Any], code: int, reason: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        read_ticket(engine, GOOD | change)

    assert (refusal.value.code, refusal.value.reason) == (code, reason)
