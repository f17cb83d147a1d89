"""The journal of orders, their fills, and when the exchange is asked about them."""

from __future__ import annotations

import uuid
from decimal import Decimal

from django.db import models
from django.db.models import Q

from dashboard.accounts.due_work import DueWork
from dashboard.accounts.models import ExchangeAccount, User
from dashboard.decimal_field import ExactDecimalField
from dashboard.orders.states import State


class Origin(models.TextChoices):
    HERE = "here", "Tidewatch"
    ELSEWHERE = "elsewhere", "elsewhere"


class Order(models.Model):
    """One order, ours from its draft on, or one that was made elsewhere with the same account."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    account = models.ForeignKey(ExchangeAccount, models.PROTECT, related_name="+")
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.HERE)
    state = models.CharField(max_length=20, choices=[(state, state) for state in State])
    # One per review page; posting it again finds this row. None for orders made elsewhere.
    token = models.UUIDField(null=True, default=uuid.uuid4)

    symbol = models.CharField(max_length=40)
    side = models.CharField(max_length=4, choices=[("buy", "Buy"), ("sell", "Sell")])
    type = models.CharField(max_length=30)
    amount: models.Field[Decimal, Decimal] = ExactDecimalField()
    price: models.Field[Decimal | None, Decimal | None] = ExactDecimalField(null=True)

    # Ours alone, drawn when the order is claimed; the exchange echoes it.
    cid = models.BigIntegerField(null=True, unique=True)
    cid_date = models.DateField(null=True)
    exchange_id = models.BigIntegerField(null=True)

    executed: models.Field[Decimal, Decimal] = ExactDecimalField(default=Decimal(0))
    average_price: models.Field[Decimal | None, Decimal | None] = ExactDecimalField(null=True)
    # The exchange's own words for the order's state.
    status = models.TextField(blank=True)
    # Why it was refused, not sent or is unknown: a sentence for people.
    reason = models.TextField(blank=True)
    cancel_requested_at = models.DateTimeField(null=True)
    cancel_note = models.TextField(blank=True)

    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    # When the exchange last changed it, by the exchange's clock.
    exchange_updated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "token", name="one_order_per_token"),
            models.UniqueConstraint("account", "exchange_id", name="one_row_per_exchange_order"),
            models.CheckConstraint(condition=Q(state__in=list(State)), name="order_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT, State.INTENT, State.EXPIRED_UNSENT])
                | Q(cid__isnull=False)
                | Q(origin=Origin.ELSEWHERE),
                name="what_was_sent_has_a_client_id",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.OPEN, State.FILLED, State.CANCELED])
                | Q(exchange_id__isnull=False),
                name="what_is_at_the_exchange_has_its_id",
            ),
        ]
        indexes = [models.Index(fields=["account", "state"], name="orders_by_state")]

    def __str__(self) -> str:
        return f"{self.side} {self.amount} {self.symbol} ({self.state})"

    @property
    def remaining(self) -> Decimal:
        return self.amount - self.executed

    @property
    def signed_amount(self) -> Decimal:
        """Return the amount as the exchange has it: negative sells."""
        return -self.amount if self.side == "sell" else self.amount

    @property
    def is_market(self) -> bool:
        return self.type.endswith("MARKET")

    @property
    def is_cancellable(self) -> bool:
        return self.state == State.OPEN


class Fill(models.Model):
    """One trade of the account's. It may be known before its order is, so it names it by id."""

    account = models.ForeignKey(ExchangeAccount, models.PROTECT, related_name="+")
    trade_id = models.BigIntegerField()
    exchange_order_id = models.BigIntegerField(db_index=True)
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

    def __str__(self) -> str:
        return f"{self.side} {self.amount} {self.symbol} at {self.price}"


class OrderSync(DueWork):
    """When an account's orders are asked for next; `read_whole_at` is the last complete reading."""

    read_whole_at = models.DateTimeField(null=True)


class TradingFees(models.Model):
    """What the exchange charges an account that takes, as fractions, by the kind of the quote."""

    account = models.OneToOneField(ExchangeAccount, models.CASCADE, related_name="+")
    crypto: models.Field[Decimal, Decimal] = ExactDecimalField()
    stable: models.Field[Decimal, Decimal] = ExactDecimalField()
    fiat: models.Field[Decimal, Decimal] = ExactDecimalField()
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"taker {self.crypto} / {self.stable} / {self.fiat}"
