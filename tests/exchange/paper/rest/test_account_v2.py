from __future__ import annotations

from tests.exchange.paper.caller import Caller


def test_wallets_show_what_a_new_account_owns(caller: Caller) -> None:
    rows = caller.wallets()

    assert {len(row) for row in rows.values()} == {7}
    assert rows["exchange", "USD"] == ["exchange", "USD", 50000, 0, 50000, None, None]
    assert {("margin", "USD"), ("funding", "USD")} <= set(rows)


def test_permissions_list_every_scope(caller: Caller) -> None:
    rows = {scope: (read, write) for scope, read, write in caller.v2("auth/r/permissions")}

    assert rows["orders"] == (1, 1)
    assert rows["withdraw"] == rows["ui_withdraw"] == (0, 0)


def test_the_summary_tells_the_fees(caller: Caller) -> None:
    summary = caller.v2("auth/r/summary")

    assert summary[4][0][:3] == [0.001] * 3
    assert summary[4][1][:3] == [0.002] * 3
