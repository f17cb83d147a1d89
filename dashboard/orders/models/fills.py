"""The trades that orders were filled by."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from dashboard.accounts.models import ExchangeAccount
from dashboard.decimal_field import ExactDecimalField


class Fill(models.Model):
    """One trade of the account's. It may be known before its order is, so it names it by id."""

    account = models.ForeignKey(ExchangeAccount, models.PROTECT, related_name="+")
    trade_id = models.BigIntegerField()
    exchange_order_id = models.BigIntegerField()
    symbol = models.CharField(max_length=40)
    side = models.CharField(max_length=4, choices=[("buy", "Buy"), ("sell", "Sell")])
    amount: models.Field[Decimal, Decimal] = ExactDecimalField()
    price: models.Field[Decimal, Decimal] = ExactDecimalField()
    # Positive: what was charged.
    fee: models.Field[Decimal | None, Decimal | None] = ExactDecimalField(null=True)
    fee_currency = models.CharField(max_length=20, blank=True)
    traded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("account", "trade_id", name="one_row_per_trade"),
        ]
        indexes = [
            models.Index(fields=["account", "exchange_order_id"], name="fills_by_order"),
            models.Index(fields=["account", "traded_at", "trade_id"], name="fills_by_time"),
            models.Index(
                fields=["account", "symbol", "traded_at", "trade_id"], name="fills_by_market"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.amount} {self.symbol} at {self.price}"
