from __future__ import annotations

import json

from exchange.paper.engine import Engine
from exchange.paper.records import (
    account_of,
    account_record,
    fill_of,
    fill_record,
    order_of,
    order_record,
)
from tests.exchange.paper.tickets import place


def through_json(record: dict) -> dict:
    return json.loads(json.dumps(record))


def test_an_order_comes_back_as_it_was(engine: Engine) -> None:
    markets = {symbol: live.market for symbol, live in engine.markets.items()}
    order = place(engine, "0.2", cid=9, gid=3, meta={"aff_code": "x"})

    assert order_of(through_json(order_record(order)), markets) == order


def test_an_open_order_comes_back_holding_nothing_yet(engine: Engine) -> None:
    markets = {symbol: live.market for symbol, live in engine.markets.items()}
    order = place(engine, "0.2", "50000")
    back = order_of(through_json(order_record(order)), markets)

    assert back.is_open
    assert back.reserved == 0


def test_a_fill_comes_back_as_it_was(engine: Engine) -> None:
    markets = {symbol: live.market for symbol, live in engine.markets.items()}
    place(engine, "0.2")
    fill = engine.desk.fills_of("ann")[0]

    assert fill_of(through_json(fill_record(fill)), markets) == fill


def test_an_account_comes_back_with_its_story(engine: Engine) -> None:
    place(engine, "0.2")
    account = engine.desk.account("ann")

    assert account_of(through_json(account_record(account))) == account
