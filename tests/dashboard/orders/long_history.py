"""A history as long as anybody's: a thousand orders with their trades, many times over."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount
from dashboard.markets.selectors import STRIP
from dashboard.orders.models import Fill, Order
from dashboard.orders.states import State

ENDS = [State.FILLED] * 17 + [State.CANCELED] * 2 + [State.REJECTED]
FIRST = 1000  # of each kind, one a minute; then all are repeated, further back each time
REPEATED = """
WITH RECURSIVE times(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM times WHERE n + 1 < {repeats})
INSERT INTO {table} ({names}) SELECT {values} FROM {table} CROSS JOIN times
"""
EARLIER = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S', {name}, '-' || (n * {first}) || ' minutes')",
    "postgresql": "{name} - n * interval '{first} minutes'",
}
NUMBERS = {"cid", "exchange_id", "trade_id", "exchange_order_id"}
TIMES = {"created_at", "traded_at"}


def write_history(account: ExchangeAccount, count: int) -> None:
    """Write `count` orders that are over, a multiple of a thousand, and a trade of each."""
    now = timezone.now().replace(microsecond=0)
    symbols = list(STRIP)
    orders, fills = [], []
    for number in range(1, FIRST + 1):
        state, at = ENDS[number % len(ENDS)], now - timedelta(minutes=number)
        told = {
            "account": account,
            "symbol": symbols[number % len(symbols)],
            "side": "sell" if number % 2 else "buy",
            "amount": Decimal("0.01"),
            "price": Decimal(60000),
        }
        order = Order(
            user=account.user,
            state=state,
            type="EXCHANGE LIMIT",
            token=None,
            cid=number,
            exchange_id=number,
            executed=Decimal("0.01") if state == State.FILLED else Decimal(0),
            created_at=at,
            **told,
        )
        orders.append(order)
        fills.append(Fill(trade_id=number, exchange_order_id=number, traded_at=at, **told))
    Order.objects.bulk_create(orders)
    Fill.objects.bulk_create(fills)
    if count > FIRST:
        repeat(Order, count // FIRST)
        repeat(Fill, count // FIRST)


def repeat(model: type[Model], repeats: int) -> None:
    """Copy all rows by one statement, each copy with numbers of its own and a thousand minutes
    further back than the last."""
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    values = []
    for name in columns:
        if name in NUMBERS:
            values.append(f"{name} + n * {FIRST}")
        elif name in TIMES:
            values.append(EARLIER[connection.vendor].format(name=name, first=FIRST))
        else:
            values.append(name)
    with connection.cursor() as cursor:
        cursor.execute(
            REPEATED.format(
                repeats=repeats,
                table=model._meta.db_table,
                names=", ".join(columns),
                values=", ".join(values),
            )
        )
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")  # as it does itself, a minute later; SQLite never does
