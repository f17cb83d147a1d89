"""What may keep a confirmed order from being placed, asked at the last moment, under a lock.

Each says why, or "". There is no way round any of them; cancelling never asks.
"""

from __future__ import annotations

from collections.abc import Callable

from dashboard.accounts.models import ExchangeAccount
from dashboard.accounts.selectors import placing_problem
from dashboard.markets import selectors as markets
from dashboard.orders import guards, locks
from dashboard.orders.models import Order
from dashboard.orders.safety import kill_switch, limits


def price_hold(order: Order) -> str:
    if not locks.placing_lock(order.symbol, order.symbol):
        return ""
    # Only a sentence needs the market's name, and every press would wait for it.
    instrument = markets.instrument(order.symbol)
    name = instrument.public_name if instrument else order.symbol
    return locks.placing_lock(order.symbol, name)


def key_hold(order: Order) -> str:
    return placing_problem(order.account)


def account_hold(account: ExchangeAccount) -> str:
    """Return why the account may not place at all, whatever the order: for pages, beforehand."""
    return kill_switch.hold(account) or placing_problem(account)


PLACING_CHECKS: list[Callable[[Order], str]] = [
    kill_switch.placing_hold,
    key_hold,
    price_hold,
    guards.repeat_hold,
    limits.placing_hold,
]
