from __future__ import annotations

import pytest

from dashboard.accounts.permissions import can_trade, can_withdraw, snapshot
from exchange.models.account import Permission


@pytest.mark.parametrize("scope", ["withdraw", "ui_withdraw"])
def test_write_on_a_withdrawal_scope_can_take_money_out(scope: str) -> None:
    assert can_withdraw({scope: [True, True]})
    assert not can_withdraw({scope: [True, False]})


def test_other_scopes_cannot_take_money_out() -> None:
    assert not can_withdraw({"orders": [True, True], "wallets": [True, True]})
    assert not can_withdraw({})


def test_write_on_orders_can_trade() -> None:
    assert can_trade({"orders": [True, True]})
    assert not can_trade({"orders": [True, False]})
    assert not can_trade({})


def test_a_snapshot_is_plain_data() -> None:
    permission = Permission(scope="orders", read=True, write=False)

    assert snapshot([permission]) == {"orders": [True, False]}
