"""What was asked of orders after they were placed: new figures, or their end."""

from __future__ import annotations

import uuid

from django.db import models

from dashboard.accounts.models import ExchangeAccount, User
from dashboard.orders.models.order import Order


class ChangeState(models.TextChoices):
    """How far a change came; UNKNOWN ends when the order itself is read again."""

    SENDING = "SENDING", "being sent"
    DONE = "DONE", "done"
    REFUSED = "REFUSED", "refused"
    NOT_SENT = "NOT_SENT", "not sent"
    UNKNOWN = "UNKNOWN", "unknown"


class Amendment(models.Model):
    """One change of an open order, sent at most once."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="amendments")
    # One per form; posting it again finds this row.
    token = models.UUIDField(unique=True, default=uuid.uuid4)
    # The figures that change, as plain decimal text by our names: {"price": "30000.5"}.
    changes = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=ChangeState.choices)
    # Why it was refused, not sent or is unknown: a sentence for people.
    reason = models.TextField(blank=True)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"amendment of order {self.order_id} ({self.state})"


class Cancellation(models.Model):
    """One request to cancel: one order, or one order of a batch with what came of it."""

    account = models.ForeignKey(ExchangeAccount, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    # None where orders were named by a scope and nothing is known of them here.
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="cancellations")
    # What was pressed, in words: "one order", "all buys of BTC/USD", "everything".
    scope = models.CharField(max_length=100)
    # The same for all that one press asked for.
    batch = models.UUIDField(default=uuid.uuid4, db_index=True)
    outcome = models.CharField(max_length=10, choices=ChangeState.choices)
    note = models.TextField(blank=True)
    requested_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"cancellation of {self.scope} ({self.outcome})"
