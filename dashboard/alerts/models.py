"""Prices that people want to be told of."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from dashboard.accounts.database_lease import DatabaseLease
from dashboard.accounts.models import User
from dashboard.decimal_field import ExactDecimalField


class Direction(models.TextChoices):
    """Which way the price has to go."""

    RISES = "rises", "rises to"
    FALLS = "falls", "falls to"


class PriceAlert(models.Model):
    """One price of one market; it rings once, and stays as the record of that."""

    user = models.ForeignKey(User, models.CASCADE, related_name="price_alerts")
    symbol = models.CharField(max_length=40)
    direction = models.CharField(max_length=5, choices=Direction.choices)
    price: models.Field[Decimal, Decimal] = ExactDecimalField()
    made_at = models.DateTimeField()
    # The last price that was seen when it rang; both None while it waits.
    rang_at = models.DateTimeField(null=True)
    rang_price: models.Field[Decimal | None, Decimal | None] = ExactDecimalField(null=True)
    # When its person took notice.
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "symbol", "price"],
                condition=models.Q(rang_at=None),
                name="one_waiting_alert_a_price",
            )
        ]
        indexes = [models.Index(fields=["user", "rang_at"], name="alerts_by_person")]

    def __str__(self) -> str:
        return f"{self.symbol} {self.direction} {self.price}"


class WatcherLease(DatabaseLease):
    """Which worker compares prices with what people wait for."""
