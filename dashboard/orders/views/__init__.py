"""The order ticket, its review, what became of an order, and the list of orders."""

from dashboard.orders.views.orders import order_cancel, order_detail, order_list
from dashboard.orders.views.ticket import order_new, order_place, order_preview, order_review

__all__ = [
    "order_cancel",
    "order_detail",
    "order_list",
    "order_new",
    "order_place",
    "order_preview",
    "order_review",
]
