"""The journal: orders, what was asked of them since, their fills, and what holds a person back."""

from dashboard.orders.models.changes import Amendment, Cancellation
from dashboard.orders.models.fills import Fill
from dashboard.orders.models.order import Order, Origin
from dashboard.orders.models.safety import KillSwitch, SafetyChange, TradingLimits
from dashboard.orders.models.work import OrderSync, SweeperLease, TradingFees

__all__ = [
    "Amendment",
    "Cancellation",
    "Fill",
    "KillSwitch",
    "Order",
    "OrderSync",
    "Origin",
    "SafetyChange",
    "SweeperLease",
    "TradingFees",
    "TradingLimits",
]
