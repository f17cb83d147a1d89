"""No page and no worker reads more of a history than it shows, however long it has grown."""

from __future__ import annotations

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
    """Return the steps by which SQLite would read or sort all of a table of the history."""
    found = []
    for query in queries.captured_queries:
        sql = query["sql"]
        if not sql.startswith(("SELECT", "WITH", "\nWITH")):
            continue
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + sql.strip())
            steps = [row[3] for row in cursor.fetchall()]
        is_of_history = any(table in step for table in HISTORY for step in steps)
        found += [
            f"{step}: {sql}"
            for step in steps
            if is_of_history
            and (
                any(step.startswith(f"SCAN {table}") for table in HISTORY)
                or ("TEMP B-TREE" in step and "LIMIT" in sql)
            )
        ]
    return found


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
    with CaptureQueriesContext(connection) as queries:
        list(Order.objects.filter(side="buy"))
        list(Order.objects.order_by("reason")[:3])

    assert len(whole_reads(queries)) >= 2


def test_the_markets_to_choose_from_are_those_of_orders_and_trades(
    long_history: ExchangeAccount,
) -> None:
    Order.objects.filter(symbol="tETHUSD").update(symbol="tOLDUSD")

    symbols = {*Order.objects.values_list("symbol", flat=True)}
    symbols |= {*Fill.objects.values_list("symbol", flat=True)}
    assert listing.traded_symbols(long_history.user) == sorted(symbols)
