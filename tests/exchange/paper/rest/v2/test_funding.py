from __future__ import annotations

import pytest

from tests.exchange.paper.caller import Caller


@pytest.mark.parametrize("kind", ["offers", "loans", "credits"])
@pytest.mark.parametrize("symbol", ["", "/fUSD"])
def test_nobody_has_lent_or_borrowed_anything(caller: Caller, kind: str, symbol: str) -> None:
    assert caller.v2(f"auth/r/funding/{kind}{symbol}") == []
    assert caller.v2(f"auth/r/funding/{kind}{symbol}/hist", {"limit": 500}) == []
    assert caller.v2(f"auth/r/funding/trades{symbol}/hist", {"limit": 1000}) == []


def test_funding_yields_and_costs_nothing(caller: Caller) -> None:
    assert caller.v2("auth/r/info/funding/fUSD") == ["sym", "fUSD", [0, 0, 0, 0]]


@pytest.mark.parametrize(
    "path", ["r/info/funding/fNOPE", "r/funding/offers/fNOPE", "r/funding/trades/fNOPE/hist"]
)
def test_an_unlisted_currency_is_refused(caller: Caller, path: str) -> None:
    assert caller.v2(f"auth/{path}") == ["error", 10020, "symbol: invalid"]


def test_a_history_has_its_limits_though_it_is_empty(caller: Caller) -> None:
    refused = ["error", 10020, "limit: invalid"]

    assert caller.v2("auth/r/funding/offers/hist", {"limit": 501}) == refused
    assert caller.v2("auth/r/funding/trades/hist", {"limit": 1001}) == refused
