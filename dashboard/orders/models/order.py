"""The order: a row of the journal."""

from __future__ import annotations

import uuid
from decimal import Decimal

from django.db import models
from django.db.models import Q

from dashboard.accounts.models import ExchangeAccount, User
from dashboard.decimal_field import ExactDecimalField
from dashboard.orders.states import State


class Origin(models.TextChoices):
    """Who made an order, as far as the exchange tells."""

    HERE = "here", "Tidewatch"
    OTHER_KEY = "api", "another key"
    WEBSITE = "website", "the exchange's website"
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
    # As on the wire: "EXCHANGE STOP LIMIT". Source: Bitfinex docs, Submit order.
    type = models.CharField(max_length=30)
    amount: models.Field[Decimal, Decimal] = ExactDecimalField()
    # The limit, or of a stop the price that sets it off.
    price: models.Field[Decimal | None, Decimal | None] = ExactDecimalField(null=True)
    # A stop limit's limit.
    price_aux_limit: models.Field[Decimal | None, Decimal | None] = ExactDecimalField(null=True)
    # A trailing stop's distance.
    price_trailing: models.Field[Decimal | None, Decimal | None] = ExactDecimalField(null=True)
    # The stop of a pair of which one order cancels the other.
    price_oco_stop: models.Field[Decimal | None, Decimal | None] = ExactDecimalField(null=True)
    # Sum of the exchange's bits: 64 hidden, 512 close, 1024 reduce only, 4096 post only, 16384 OCO.
    flags = models.IntegerField(default=0)
    leverage = models.PositiveSmallIntegerField(null=True)
    # Until when the exchange keeps it; None for good.
    time_in_force = models.DateTimeField(null=True)
    # Why it was allowed: the guards that were confirmed, as a JSON list of sentences.
    reference = models.TextField(blank=True)
    # What it was worth in the valuation currency when it was claimed: what limits add up.
    value: models.Field[Decimal | None, Decimal | None] = ExactDecimalField(null=True)

    # Ours alone, drawn when the order is claimed; the exchange echoes it.
    cid = models.BigIntegerField(null=True, unique=True)
    cid_date = models.DateField(null=True)
    gid = models.BigIntegerField(null=True)
    exchange_id = models.BigIntegerField(null=True)
    # Of a pair: the order that carried it, and the exchange's id of the other one.
    oco_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="pair")
    pair_order_id = models.BigIntegerField(null=True)

    executed: models.Field[Decimal, Decimal] = ExactDecimalField(default=Decimal(0))
    average_price: models.Field[Decimal | None, Decimal | None] = ExactDecimalField(null=True)
    # The exchange's own words for the order's state.
    status = models.TextField(blank=True)
    # Why it was refused, not sent or is unknown: a sentence for people.
    reason = models.TextField(blank=True)
    cancel_requested_at = models.DateTimeField(null=True)
    cancel_note = models.TextField(blank=True)

    # When its button was pressed, or when the exchange made it; a draft's, when it was reviewed.
    created_at = models.DateTimeField()
    # The way of a press: its request came, its intent was committed, its bytes were about to
    # leave, its answer was read, the exchange first traded it.
    clicked_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    first_fill_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    # When the exchange last changed it, by the exchange's clock.
    exchange_updated_at = models.DateTimeField(null=True)

    # What was signed, written down before the first byte left; reconciliation builds on it.
    nonce = models.BigIntegerField(null=True)
    key_fingerprint = models.CharField(max_length=64, blank=True)
    body_sha256 = models.CharField(max_length=64, blank=True)
    # A later nonce of the same key was accepted: what was signed cannot arrive any more.
    fenced_at = models.DateTimeField(null=True)
    fence_nonce = models.BigIntegerField(null=True)
    # The passes that read every list of the exchange and found nothing.
    first_absence_at = models.DateTimeField(null=True)
    second_absence_at = models.DateTimeField(null=True)
    # When it is looked for next; also how one of several lookers takes it.
    looked_for_from = models.DateTimeField(null=True)
    # What the exchange said no with, where the same words may cover an order that went in: it is
    # believed after one look that finds nothing.
    refusal = models.TextField(blank=True)
    # Why the last look failed: a sentence for people.
    look_problem = models.TextField(blank=True)
    # What is wrong with what was found, such as an order of someone else with our client id.
    alarm = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "token", name="one_order_per_token"),
            models.UniqueConstraint("account", "exchange_id", name="one_row_per_exchange_order"),
            models.CheckConstraint(condition=Q(state__in=list(State)), name="order_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT, State.INTENT, State.EXPIRED_UNSENT])
                | Q(cid__isnull=False)
                | Q(oco_of__isnull=False)
                | ~Q(origin=Origin.HERE),
                name="what_was_sent_has_a_client_id",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.OPEN, State.FILLED, State.CANCELED])
                | Q(exchange_id__isnull=False),
                name="what_is_at_the_exchange_has_its_id",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.NOT_PLACED)
                | Q(
                    Q(nonce=None) | Q(fence_nonce__gt=models.F("nonce")),
                    fence_nonce__isnull=False,
                    first_absence_at__isnull=False,
                    second_absence_at__isnull=False,
                ),
                name="not_placed_has_its_proofs",
            ),
        ]
        # However long the history grows, pages and workers read no more of it than they show; a
        # page that keeps to one side reads on until it has its rows.
        indexes = [
            models.Index(fields=["user", "created_at", "id"], name="orders_by_time"),
            models.Index(fields=["user", "symbol", "created_at", "id"], name="orders_by_market"),
            models.Index(fields=["user", "state", "created_at", "id"], name="orders_by_outcome"),
            models.Index(fields=["state", "account"], name="orders_in_state"),
            models.Index(fields=["account", "saved_at"], name="orders_by_press"),
        ]

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
