"""What workers do for the journal: when, by whom, and what they have learnt for all orders."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from dashboard.accounts.database_lease import DatabaseLease
from dashboard.accounts.due_work import DueWork
from dashboard.accounts.models import ExchangeAccount
from dashboard.decimal_field import ExactDecimalField


class OrderSync(DueWork):
    """When an account's orders are asked for next; `read_whole_at` is the last complete reading."""

    read_whole_at = models.DateTimeField(null=True)


class SweeperLease(DatabaseLease):
    """Which worker sweeps; one row."""


class TradingFees(models.Model):
    """What the exchange charges an account, as fractions, by the kind of the quote currency.

    The first three hold for an order that takes, the others for one that rests and is taken.
    """

    account = models.OneToOneField(ExchangeAccount, models.CASCADE, related_name="+")
    crypto: models.Field[Decimal, Decimal] = ExactDecimalField()
    stable: models.Field[Decimal, Decimal] = ExactDecimalField()
    fiat: models.Field[Decimal, Decimal] = ExactDecimalField()
    maker_crypto: models.Field[Decimal | None, Decimal | None] = ExactDecimalField(null=True)
    maker_stable: models.Field[Decimal | None, Decimal | None] = ExactDecimalField(null=True)
    maker_fiat: models.Field[Decimal | None, Decimal | None] = ExactDecimalField(null=True)
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"taker {self.crypto} / {self.stable} / {self.fiat}"
