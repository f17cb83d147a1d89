"""What orders and a day's trades are worth in dollars, by the newest prices; None if unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, localcontext

from dashboard.accounts.models import ExchangeAccount
from dashboard.decimal_field import trimmed
from dashboard.live.board import board
from dashboard.orders import sizing
from dashboard.orders.models import Fill, Order
from dashboard.portfolio.valuation import dollar_price
from exchange.symbols import split

WIDE = 60


def day_start(now: datetime) -> datetime:
    """Return when the UTC day began: limits of a day start over then."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def order_value(order: Order) -> Decimal | None:
    """Return the most that an order may move, in dollars.

    At its own price or the market's, whichever is higher: a sale at a low limit trades higher.
    """
    total = sizing.estimate_of(order).total
    last = sizing.last_price(order.symbol)
    dollars = dollar_price(split(order.symbol)[1], board.quotes())
    if total is None or dollars is None:
        return None
    with localcontext(prec=WIDE):
        at_market = order.amount * last if last is not None else total
        value = max(total, at_market) * dollars.price
    return trimmed(value.quantize(Decimal("1e-8")))


def result_since(account: ExchangeAccount, since: datetime) -> Decimal | None:
    """Return what the trades since then have gained or lost (below 0), fees included.

    Each is reckoned as if what it brought in were sold, and what it gave away bought back, now.
    """
    fills = Fill.objects.filter(account=account, traded_at__gte=since)
    total = Decimal(0)
    quotes = board.quotes()
    with localcontext(prec=WIDE):
        for currency, amount in flows(fills).items():
            price = dollar_price(currency, quotes)
            if price is None and amount:
                return None
            total += amount * price.price if price is not None else Decimal(0)
    return total.quantize(Decimal("0.01"))


def flows(fills: Iterable[Fill]) -> dict[str, Decimal]:
    """Return by currency what trades brought in (above 0) and took."""
    moved: dict[str, Decimal] = defaultdict(Decimal)
    with localcontext(prec=WIDE):
        for fill in fills:
            base, quote = split(fill.symbol)
            sign = 1 if fill.side == "buy" else -1
            moved[base] += sign * fill.amount
            moved[quote] -= sign * fill.amount * fill.price
            # The stream tells of a trade before its fee is known.
            if fill.fee is not None:
                moved[fill.fee_currency or quote] -= fill.fee
    return moved
