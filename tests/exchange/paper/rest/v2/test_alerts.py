from __future__ import annotations

from typing import Any

import pytest

from tests.exchange.paper.caller import Caller


def set_alert(caller: Caller, **changes: Any) -> Any:
    asked = {"type": "price", "symbol": "tBTCUSD", "price": "70000", "count": 5}
    return caller.v2("auth/w/alert/set", asked | changes)


def test_an_alert_is_set_listed_and_deleted(caller: Caller) -> None:
    made = set_alert(caller)
    other = set_alert(caller, price=0.000015, symbol="tDOGE:USD", count=None)
    listed = caller.v2("auth/r/alerts", {"type": "price"})
    deleted = caller.v2("auth/w/alert/price:tDOGE:USD:0.000015/del")
    again = caller.v2("auth/w/alert/price:tDOGE:USD:0.000015/del", {})

    assert made == ["price:tBTCUSD:70000", "price", "tBTCUSD", 70000, 5]
    assert other == ["price:tDOGE:USD:0.000015", "price", "tDOGE:USD", 0.000015, 100]
    assert listed == [made, other]
    assert (deleted, again) == ([True], [False])
    assert caller.v2("auth/r/alerts") == [made]


def test_an_alert_is_deleted_by_members_too(caller: Caller) -> None:
    set_alert(caller)
    asked = {"symbol": "tBTCUSD", "price": 70000}
    deleted = [caller.v2("auth/w/alert/del", asked) for _ in range(2)]

    assert deleted == [[True], [False]]
    assert caller.v2("auth/r/alerts") == []


def test_an_alert_at_the_same_price_takes_the_first_one_s_place(caller: Caller) -> None:
    set_alert(caller, count=1)
    set_alert(caller, count=2)

    assert [row[4] for row in caller.v2("auth/r/alerts")] == [2]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"type": "volume"}, "type: invalid"),
        ({"symbol": "tNOPE"}, "symbol: invalid"),
        ({"symbol": None}, "symbol: invalid"),
        ({"price": "0"}, "price: invalid"),
        ({"count": -1}, "count: invalid"),
    ],
    ids=range(5),
)
def test_a_senseless_alert_is_refused(caller: Caller, changes: Any, words: str) -> None:
    assert set_alert(caller, **changes)[::2] == ["error", words]
