from __future__ import annotations

from exchange.paper import PaperKey, running_paper
from tests.exchange.paper.caller import Caller
from tests.exchange.paper.few import FEW_MARKETS


def test_balances_have_the_old_names(caller: Caller) -> None:
    rows = caller.v1("/v1/balances").json()

    assert {"exchange", "trading", "deposit"} == {row["type"] for row in rows}
    assert rows[0] == {
        "type": "exchange",
        "currency": "usd",
        "amount": "50000.0",
        "available": "50000.0",
    }


def test_a_key_is_told_what_it_may_do() -> None:
    reader = PaperKey("reader", "its secret", {"orders": (1, 0), "wallets": (1, 1)})
    with running_paper(listed=FEW_MARKETS, keys=[reader]) as paper:
        told = Caller(paper.rest_url, reader).v1("/v1/key_info").json()

    assert set(told) == {
        "account", "history", "orders", "positions", "funding", "wallets", "withdraw",
    }  # fmt: skip
    assert told["orders"] == {"read": True, "write": False}
    assert told["wallets"] == {"read": True, "write": True}
    assert told["withdraw"] == {"read": False, "write": False}
