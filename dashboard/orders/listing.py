"""The long lists of the orders pages: what to keep of them, and from which markets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Model, QuerySet
from django.http import QueryDict

from dashboard.accounts.models import User
from dashboard.accounts.selectors import main_account
from dashboard.orders import selectors
from dashboard.orders.models import Fill, Order
from dashboard.orders.paging import Part, part_of
from dashboard.orders.states import UNSETTLED, State

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


# One step from each market to the next along an index; DISTINCT would read every row.
TRADED = """
WITH RECURSIVE traded(symbol) AS (
    SELECT min(symbol) FROM {table} WHERE {mine}
    UNION ALL
    SELECT (SELECT min(symbol) FROM {table} WHERE {mine} AND symbol > traded.symbol)
    FROM traded WHERE traded.symbol IS NOT NULL
)
SELECT symbol FROM traded WHERE symbol IS NOT NULL
"""


def traded_symbols(user: User) -> list[str]:
    """Return the markets that the person has or had orders or trades in."""
    account = main_account(user)
    found = steps(Order, f"user_id = %s AND state <> '{State.DRAFT}'", user.pk)
    if account is not None:
        found |= steps(Fill, "account_id = %s", account.pk)
    return sorted(found)


def steps(model: type[Model], mine: str, key: int) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(TRADED.format(table=model._meta.db_table, mine=mine), [key, key])
        return {symbol for (symbol,) in cursor.fetchall()}


def past_orders(user: User, filters: Filters, asked: QueryDict) -> Part[Order]:
    """Return a part of the orders that are over, the newest first."""
    found = selectors.orders_of(user).exclude(state__in=UNSETTLED)
    return part_of(kept_orders(found, filters), asked, by=("created_at", "pk"))


def journal(user: User, filters: Filters, asked: QueryDict) -> Part[Order]:
    """Return a part of everything that was ever confirmed or seen, the newest first."""
    found = kept_orders(selectors.orders_of(user), filters)
    return part_of(found, asked, by=("created_at", "pk"))


def kept_orders(orders: QuerySet[Order], filters: Filters) -> QuerySet[Order]:
    orders = orders.filter(symbol=filters.symbol) if filters.symbol else orders
    orders = orders.filter(side=filters.side) if filters.side else orders
    if filters.state:
        orders = orders.filter(state__in=OUTCOMES[filters.state].states)
    return orders


def fills(user: User, filters: Filters, asked: QueryDict) -> Part[Fill]:
    """Return a part of the person's trades, the newest first."""
    found = selectors.fills_in(user, filters.symbol)
    found = found.filter(side=filters.side) if filters.side else found
    return part_of(found, asked, by=("traded_at", "trade_id"))
