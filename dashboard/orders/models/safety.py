"""What holds a person back: the kill switch, and limits that were set when calm."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from dashboard.accounts.models import ExchangeAccount, User
from dashboard.decimal_field import ExactDecimalField


class KillSwitch(models.Model):
    """Whether an account may place at all. Engaged until it is released by hand."""

    account = models.OneToOneField(
        ExchangeAccount, models.CASCADE, primary_key=True, related_name="kill_switch"
    )
    engaged_at = models.DateTimeField(null=True)
    # Who or what pulled it, for people: "the orders page", "the command".
    engaged_by = models.CharField(max_length=60, blank=True)
    released_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return "engaged" if self.is_engaged else "released"

    @property
    def is_engaged(self) -> bool:
        return self.engaged_at is not None and self.released_at is None


class TradingLimits(models.Model):
    """The most that may be placed, in the valuation currency; None is no limit.

    Its row is locked while an order is claimed, so that limits hold however many are placed at
    once: two claims of one account never count the same past.
    """

    account = models.OneToOneField(
        ExchangeAccount, models.CASCADE, primary_key=True, related_name="trading_limits"
    )
    largest_order_value: models.Field[Decimal | None, Decimal | None] = ExactDecimalField(null=True)
    largest_day_value: models.Field[Decimal | None, Decimal | None] = ExactDecimalField(null=True)
    most_orders_a_day = models.PositiveIntegerField(null=True)
    largest_day_loss: models.Field[Decimal | None, Decimal | None] = ExactDecimalField(null=True)
    # Looser limits that were asked for, as plain text by our names, and when they come to count.
    pending = models.JSONField(default=dict)
    pending_from = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"limits of account {self.account_id}"


class SafetyChange(models.Model):
    """One change of the kill switch or the limits; rows are only ever added."""

    account = models.ForeignKey(ExchangeAccount, models.CASCADE, related_name="+")
    # None where the command did it.
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=30)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    # When it comes to count, where that is later.
    counts_from = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.subject} at {self.made_at}"
