"""Wallets as the exchange last told them, and when to ask again."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from dashboard.accounts.due_work import DueWork
from dashboard.accounts.models import ExchangeAccount
from dashboard.decimal_field import ExactDecimalField


class WalletType(models.TextChoices):
    EXCHANGE = "exchange", "Exchange"
    MARGIN = "margin", "Margin"
    FUNDING = "funding", "Funding"


class Wallet(models.Model):
    """One currency in one wallet; `available` is None where the exchange has not computed it."""

    account = models.ForeignKey(ExchangeAccount, models.CASCADE, related_name="wallets")
    type = models.CharField(max_length=20, choices=WalletType.choices)
    currency = models.CharField(max_length=20)
    balance: models.Field[Decimal, Decimal] = ExactDecimalField()
    available: models.Field[Decimal | None, Decimal | None] = ExactDecimalField(null=True)
    # When this row last changed; when it was last confirmed is the poll's last success.
    changed_at = models.DateTimeField()
    # When the account's stream last changed it: an answer that was asked for before is older.
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "account", "type", "currency", name="one_wallet_per_type_and_currency"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.currency}"


class BalancePoll(DueWork):
    """When an account's wallets are asked for next."""
