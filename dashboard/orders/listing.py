"""The long lists of the orders pages: what to keep of them, and one page of it at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict

from dashboard.accounts.models import User
from dashboard.accounts.selectors import main_account
from dashboard.orders import selectors
from dashboard.orders.models import Fill, Order
from dashboard.orders.states import UNSETTLED, State

PER_PAGE = 50
SIDES = ("buy", "sell")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Several states that people ask about together."""

    title: str
    states: frozenset[State]


OUTCOMES: Mapping[str, Outcome] = MappingProxyType(
    {
        "open": Outcome("Open", frozenset(UNSETTLED)),
        "filled": Outcome("Filled", frozenset({State.FILLED})),
        "cancelled": Outcome("Cancelled", frozenset({State.CANCELED})),
        "refused": Outcome("Refused", frozenset({State.REJECTED})),
        "not-sent": Outcome(
            "Not sent", frozenset({State.NOT_SENT, State.EXPIRED_UNSENT, State.NOT_PLACED})
        ),
        "unknown": Outcome("Unknown", frozenset({State.UNKNOWN, State.UNRESOLVED})),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What of a list is wanted; "" keeps everything. What makes no sense was left out."""

    symbol: str = ""
    side: str = ""
    state: str = ""

    def query(self) -> str:
        """Return them as the part of an address that the next page needs too."""
        chosen = {"symbol": self.symbol, "side": self.side, "state": self.state}
        return urlencode({name: value for name, value in chosen.items() if value})


def filters_of(asked: QueryDict, symbols: list[str]) -> Filters:
    """Return the filters that an address asks for; unknown ones count as not given."""
    symbol, side, state = (asked.get(name, "").strip() for name in ("symbol", "side", "state"))
    return Filters(
        symbol=symbol if symbol in symbols else "",
        side=side if side in SIDES else "",
        state=state if state in OUTCOMES else "",
    )


def traded_symbols(user: User) -> list[str]:
    """Return the markets that the person has or had orders or trades in."""
    orders = selectors.orders_of(user).values_list("symbol", flat=True).distinct()
    fills = fills_of(user).values_list("symbol", flat=True).distinct()
    return sorted({*orders, *fills})


def fills_of(user: User) -> QuerySet[Fill]:
    return Fill.objects.filter(account__user=user, account=main_account(user))


def past_orders(user: User, filters: Filters, page: str) -> Page[Order]:
    """Return one page of the orders that are over, the newest first."""
    found = selectors.orders_of(user).exclude(state__in=UNSETTLED)
    return paged(kept_orders(found, filters), page)


def journal(user: User, filters: Filters, page: str) -> Page[Order]:
    """Return one page of everything that was ever confirmed or seen, the newest first."""
    return paged(kept_orders(selectors.orders_of(user), filters), page)


def kept_orders(orders: QuerySet[Order], filters: Filters) -> QuerySet[Order]:
    orders = orders.filter(symbol=filters.symbol) if filters.symbol else orders
    orders = orders.filter(side=filters.side) if filters.side else orders
    if filters.state:
        orders = orders.filter(state__in=OUTCOMES[filters.state].states)
    return orders.order_by("-created_at", "-pk")


def fills(user: User, filters: Filters, page: str) -> Page[Fill]:
    """Return one page of the person's trades, the newest first."""
    found = fills_of(user)
    found = found.filter(symbol=filters.symbol) if filters.symbol else found
    found = found.filter(side=filters.side) if filters.side else found
    return paged(found.order_by("-traded_at", "-trade_id"), page)


def paged(found: QuerySet[Any], page: str) -> Page[Any]:
    """Return the page of that number; the nearest there is for any other text."""
    return Paginator(found, PER_PAGE).get_page(page)
