"""No page and no worker reads more of a history than it shows, however long it has grown."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount
from dashboard.markets.models import Instrument
from dashboard.orders import journal, listing, reconcile
from dashboard.orders.models import Fill, Order
from dashboard.orders.safety import worth
from dashboard.orders.sync import interval
from tests.dashboard.orders.long_history import write_history

LONG = 4000
HISTORY = {Order._meta.db_table, Fill._meta.db_table}
OF_PERSON = tuple(
    f"({owner}=?{market})"
    for owner in ("user_id", "account_id")
    for market in ("", " AND symbol=?")
)
OLDER = f"older={int(timezone.now().timestamp())}000000-0"
PAGES = [
    "/",
    "/markets/tBTCUSD/",
    "/orders/",
    "/orders/history/",
    f"/orders/history/?{OLDER}",
    "/orders/history/?symbol=tBTCUSD",
    "/orders/history/?state=refused",
    "/orders/fills/",
    f"/orders/fills/?{OLDER}",
    "/orders/fills/?symbol=tETHUSD",
    "/orders/journal/",
    "/orders/marks/?symbol=tBTCUSD",
]


@pytest.fixture
def long_history(account: ExchangeAccount, bitcoin: Instrument) -> ExchangeAccount:
    write_history(account, LONG)
    return account


def whole_reads(queries: CaptureQueriesContext) -> list[str]:
    """Return the steps by which SQLite would read or sort all that a person ever did."""
    found = []
    for query in queries.captured_queries:
        sql = query["sql"].strip()
        if not sql.startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            steps = [row[3] for row in cursor.fetchall()]
        found += [f"{step}: {sql}" for step in steps if is_whole(step, sql, steps)]
    return found


def is_whole(step: str, sql: str, steps: list[str]) -> bool:
    """Tell whether a step goes through a table of the history, or through a person's part of it.

    Where rows come in the order that is asked for, a LIMIT ends them; min() takes the first.
    """
    names = {name for table in HISTORY for name in (table, *re.findall(f'"{table}" (\\w+)', sql))}
    if len(step.split()) < 2 or step.split()[1] not in names:
        return "TEMP B-TREE" in step and any(table in sql for table in HISTORY) and "LIMIT" in sql
    if step.startswith("SCAN"):
        return True
    is_of_person = step.endswith(OF_PERSON)
    is_sorted = any("TEMP B-TREE" in each for each in steps)
    return is_of_person and "min(" not in sql and ("LIMIT" not in sql or is_sorted)


def test_the_history_is_as_long_as_it_says(long_history: ExchangeAccount) -> None:
    assert (Order.objects.count(), Fill.objects.count()) == (LONG, LONG)
    assert len(set(Order.objects.values_list("created_at"))) == LONG


@pytest.mark.parametrize("path", PAGES)
def test_a_page_reads_the_part_it_shows(
    owner_client: Client, long_history: ExchangeAccount, path: str
) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert owner_client.get(path).status_code == 200

    assert whole_reads(queries) == []


def test_nothing_that_runs_by_itself_reads_it_whole(long_history: ExchangeAccount) -> None:
    now = timezone.now()
    with CaptureQueriesContext(connection) as queries:
        journal.sweep(now)
        list(reconcile.due_orders(now))
        list(journal.placed_since(long_history, now))
        worth.result_since(long_history, now)
        interval(long_history.pk)

    assert whole_reads(queries) == []


def test_it_knows_a_read_of_everything(long_history: ExchangeAccount) -> None:
    mine = Order.objects.filter(user=long_history.user)
    ways: list[Callable[[], object]] = [
        lambda: list(Order.objects.filter(side="buy")),
        lambda: list(mine.order_by("reason")[:3]),
        lambda: mine.count(),
        lambda: list(mine.values_list("symbol").distinct()),
        lambda: list(mine.order_by("-amount")[:50]),
        lambda: mine.filter(amount=0).update(reason="x"),
        lambda: list(Fill.objects.filter(account=long_history, side="buy")),
    ]
    for way in ways:
        with CaptureQueriesContext(connection) as queries:
            way()
        assert whole_reads(queries), queries.captured_queries


def test_the_markets_to_choose_from_are_those_of_orders_and_trades(
    long_history: ExchangeAccount,
) -> None:
    Order.objects.filter(symbol="tETHUSD").update(symbol="tOLDUSD")

    symbols = {*Order.objects.values_list("symbol", flat=True)}
    symbols |= {*Fill.objects.values_list("symbol", flat=True)}
    assert listing.traded_symbols(long_history.user) == sorted(symbols)
