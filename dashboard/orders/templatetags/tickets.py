"""Orders in the words and links of a page: `{% load tickets %}`."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from dashboard.figures import ABSENT, grouped
from dashboard.orders import kinds
from dashboard.orders.models import Order

register = template.Library()


@register.filter
def ticket_url(order: Order) -> str:
    """Return the address of a ticket that is filled in like the order; it sends nothing."""
    return f"{reverse('orders-new')}?{urlencode(kinds.ticket_fields(order), doseq=True)}"


@register.filter
def at_price(order: Order, quote_name: str = "") -> str:
    """Return the order's price in words: "at 61 240 USD"."""
    return kinds.price_words(order, quote_name)


@register.filter
def percent(fraction: Decimal | None) -> str:
    """Return a fraction as a percentage without a sign, in as many digits as say something."""
    if fraction is None:
        return ABSENT
    decimals = 0 if fraction >= 1 or not fraction else 2
    return f"{grouped(fraction * 100, decimals)}\u202f%"
