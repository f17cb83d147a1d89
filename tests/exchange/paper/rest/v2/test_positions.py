from __future__ import annotations

from typing import Any

import pytest

from exchange.paper import PaperExchange, PaperKey, running_paper
from tests.exchange.paper.caller import KEY, MOVER, Caller
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.few import FEW_MARKETS

DAY_MS = 24 * 3600 * 1000


def trade(caller: Caller, amount: str) -> None:
    price = "1" if amount.startswith("-") else "200000"
    note = caller.submit(amount, price, type="LIMIT")
    assert note[6] == "SUCCESS"


def test_a_position_is_opened_told_and_closed(caller: Caller) -> None:
    none = caller.v2("auth/r/positions")
    trade(caller, "0.1")
    (opened,) = caller.v2("auth/r/positions")
    trade(caller, "-0.1")
    closed_now, (closed,) = caller.v2("auth/r/positions"), caller.v2("auth/r/positions/hist")

    assert none == closed_now == []
    assert len(opened) == 20
    assert opened[:3] == ["tBTCUSD", "ACTIVE", 0.1]
    assert opened[3] > 0
    assert opened[6] < 0
    assert 0 < opened[8] < opened[3]
    assert opened[15] == 0
    assert closed[:3] == ["tBTCUSD", "CLOSED", 0]
    assert closed[11] == opened[11]


def test_histories_of_positions_have_their_own_limits(caller: Caller) -> None:
    trade(caller, "0.1")
    (opened,) = caller.v2("auth/r/positions")

    assert caller.v2("auth/r/positions/hist", {"limit": 51})[2] == "limit: invalid"
    assert caller.v2("auth/r/positions/snap", {"limit": 501})[2] == "limit: invalid"
    assert caller.v2("auth/r/positions/audit", {"id": [1], "limit": 251})[2] == "limit: invalid"
    assert caller.v2("auth/r/positions/audit", {"id": [opened[11], 1]}) == [opened]
    assert caller.v2("auth/r/positions/audit", {"id": [1]}) == []
    assert caller.v2("auth/r/positions/audit") == [opened]
    assert caller.v2("auth/r/positions/audit", {"id": 1})[2] == "id: invalid"


def test_a_snapshot_shows_what_stood_at_midnight() -> None:
    clock = Clock()
    with running_paper(keys=[KEY], clock=clock, listed=FEW_MARKETS) as paper:
        paper.pause()
        caller = Caller(paper.rest_url)
        trade(caller, "0.1")
        before = caller.v2("auth/r/positions/snap")
        clock.ms += DAY_MS
        after = caller.v2("auth/r/positions/snap")
        positions = caller.v2("auth/r/positions")

    assert before == []
    assert after == positions


def test_margin_is_told_as_a_whole_and_by_market(caller: Caller) -> None:
    kind, figures = caller.v2("auth/r/info/margin/base")
    symbol = caller.v2("auth/r/info/margin/tBTCUSD")
    every = {row[1]: row for row in caller.v2("auth/r/info/margin/sym_all")}

    assert (kind, figures) == ("base", [0, 0, 5_000, 5_000, 0])
    assert symbol[:2] == ["sym", "tBTCUSD"]
    assert symbol[2][1] > 5_000
    assert symbol[2][2] == symbol[2][3] > 0
    assert every["tBTCUSD"] == symbol
    assert caller.v2("auth/r/info/margin/tNOPE") == ["error", 10020, "symbol: invalid"]


def test_what_can_be_traded_on_margin_is_what_margin_tells(caller: Caller) -> None:
    trade(caller, "0.1")
    *_, (_, _, buy, sell) = caller.v2("auth/r/info/margin/tBTCUSD")
    asked = {"symbol": "tBTCUSD", "type": "MARGIN", "rate": "60000"}

    assert caller.v2("auth/calc/order/avail", asked | {"dir": 1}) == [buy]
    assert caller.v2("auth/calc/order/avail", asked | {"dir": -1}) == [-sell]
    assert sell > buy


def test_money_that_a_position_needs_stays_where_it_is(bank: PaperExchange) -> None:
    mover = Caller(bank.rest_url, MOVER)
    move: dict[str, Any] = {"from": "margin", "to": "exchange", "currency": "USD"}
    trade(mover, "0.1")
    everything = mover.v2("auth/w/transfer", move | {"amount": "4900"})
    little = mover.v2("auth/w/transfer", move | {"amount": "100"})
    _, (*_, net, minimum) = mover.v2("auth/r/info/margin/base")

    assert everything[6:] == ["ERROR", "Cannot complete transfer. Margin balance insufficient"]
    assert little[6] == "SUCCESS"
    assert net > minimum > 0


@pytest.mark.parametrize("path", ["r/positions", "r/info/margin/base"])
def test_a_key_must_be_allowed_to_see_positions(path: str) -> None:
    trader = PaperKey("blind", "its secret", {"orders": (1, 1)})
    with running_paper(keys=[trader], listed=FEW_MARKETS) as paper:
        answer = Caller(paper.rest_url, trader).v2(f"auth/{path}")

    assert answer == ["error", 10001, "api_key: permission invalid"]
