from __future__ import annotations

from typing import Any

import pytest

from tests.exchange.paper.caller import Caller


def available(caller: Caller, **asked: Any) -> Any:
    return caller.v2("auth/calc/order/avail", {"symbol": "tBTCUSD", "type": "EXCHANGE"} | asked)


def test_wallets_show_what_a_new_account_owns(caller: Caller) -> None:
    rows = {(row[0], row[1]): row for row in caller.v2("auth/r/wallets")}

    assert {len(row) for row in rows.values()} == {7}
    assert rows["exchange", "USD"][:5] == ["exchange", "USD", 50000, 0, 50000]
    assert {("margin", "USD"), ("funding", "USD")} <= set(rows)


def test_what_can_be_bought_depends_on_the_price_and_on_open_orders(caller: Caller) -> None:
    before = available(caller, dir=1, rate="50000")
    caller.submit("0.5", "50000")
    after = available(caller, dir="1", rate=50000)

    assert (before, after) == ([1], [0.5])


def test_what_can_be_sold_is_told_below_zero(caller: Caller) -> None:
    assert available(caller, dir=-1, rate="50000") == [-0.5]


def test_what_can_be_lent_lies_in_the_funding_wallet(caller: Caller) -> None:
    assert available(caller, symbol="fUSD", type="FUNDING") == [2500]
    assert available(caller, symbol="fBTC", type="FUNDING") == [0]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"symbol": None, "dir": 1, "rate": "1"}, "symbol: invalid"),
        ({"symbol": "tNOPE", "dir": 1, "rate": "1"}, "symbol: invalid"),
        ({"symbol": "tBTCUSD", "type": "FUNDING"}, "symbol: invalid"),
        ({"symbol": "fNOPE", "type": "FUNDING"}, "symbol: invalid"),
        ({"dir": 0, "rate": "1"}, "dir: invalid"),
        ({"dir": [1], "rate": "1"}, "dir: invalid"),
        ({"dir": 1}, "rate: invalid"),
        ({"dir": 1, "rate": "0"}, "rate: invalid"),
        ({"type": "SAVINGS"}, "type: invalid"),
        ({"type": None}, "type: invalid"),
    ],
    ids=range(10),
)
def test_a_senseless_question_is_refused(caller: Caller, asked: Any, words: str) -> None:
    assert available(caller, **asked)[::2] == ["error", words]
