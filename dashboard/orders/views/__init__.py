"""The order ticket, its review, what became of orders, and what holds a person back."""

from dashboard.orders.views.amending import order_amend
from dashboard.orders.views.cancelling import orders_cancel, orders_cancelled
from dashboard.orders.views.lists import order_fills, order_history, order_journal
from dashboard.orders.views.marks import order_marks
from dashboard.orders.views.orders import order_cancel, order_detail, order_list
from dashboard.orders.views.positions import position_list
from dashboard.orders.views.safety import halt, release, safety, set_limits, withdraw_limits
from dashboard.orders.views.ticket import order_new, order_place, order_preview, order_review

__all__ = [
    "halt",
    "order_amend",
    "order_cancel",
    "order_detail",
    "order_fills",
    "order_history",
    "order_journal",
    "order_list",
    "order_marks",
    "order_new",
    "order_place",
    "order_preview",
    "order_review",
    "orders_cancel",
    "orders_cancelled",
    "position_list",
    "release",
    "safety",
    "set_limits",
    "withdraw_limits",
]
