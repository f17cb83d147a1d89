from __future__ import annotations

from typing import Any

import pytest

from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT
from exchange.paper.refusals import Refusal
from exchange.paper.rest.tickets import read_ticket
from exchange.paper.trading.orders import POST_ONLY, Kind

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


@pytest.mark.parametrize(
    ("change", "code", "reason"),
    [
        ({"symbol": "BTCUSD"}, 10020, "symbol: invalid"),
        ({"symbol": "tNOPE"}, 10020, "symbol: invalid"),
        ({"symbol": ["tBTCUSD"]}, 10020, "symbol: invalid"),
        ({"type": "LIMIT"}, 10020, "type: invalid"),
        ({"type": None}, 10020, "type: invalid"),
        ({"amount": "0"}, 10001, "amount: invalid"),
        ({"amount": "1e3"}, 10001, "amount: invalid"),
        ({"price": "0"}, 10001, "price: invalid"),
        ({"price": "-5"}, 10001, "price: invalid"),
        ({"price": None}, 10001, "price: invalid"),
        ({"price": "1000000001"}, 10001, "price: invalid"),
        ({"cid": 2**45}, 10020, "cid: invalid"),
        ({"gid": "x"}, 10020, "gid: invalid"),
        ({"flags": 64}, 10020, "flags: invalid"),
        ({"tif": "2030-01-01 00:00:00"}, 10020, "tif: invalid"),
        ({"price_oco_stop": "5"}, 10020, "price_oco_stop: invalid"),
        ({"meta": "x"}, 10020, "meta: invalid"),
    ],
)
def test_what_makes_no_sense_is_refused(
    engine: Engine, change: dict[str, Any], code: int, reason: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        read_ticket(engine, GOOD | change)

    assert (refusal.value.code, refusal.value.reason) == (code, reason)
