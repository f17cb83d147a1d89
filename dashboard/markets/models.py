"""The markets the exchange lists."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models

from dashboard.decimal_field import ExactDecimalField

# What the exchange calls things is cut to these lengths rather than refused.
NAME_LENGTH = 40
LABEL_LENGTH = 80


class Instrument(models.Model):
    """A trading pair as the exchange describes it; one it dropped stays, marked as not listed."""

    symbol = models.CharField(max_length=40, unique=True)
    base = models.CharField(max_length=20)
    quote = models.CharField(max_length=20)
    base_name = models.CharField(max_length=NAME_LENGTH)
    quote_name = models.CharField(max_length=NAME_LENGTH)
    # What people call the base currency: "Bitcoin". Empty where the exchange has no word for it.
    label = models.CharField(max_length=LABEL_LENGTH, blank=True)
    # Order sizes in the base currency, None where the exchange names none.
    minimum: models.Field[Decimal | None, Decimal | None] = ExactDecimalField(null=True)
    maximum: models.Field[Decimal | None, Decimal | None] = ExactDecimalField(null=True)
    # Whether it can be traded with the margin wallet.
    is_on_margin = models.BooleanField(default=False)
    is_listed = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.public_name

    @property
    def is_perpetual(self) -> bool:
        """Whether it is a contract without an end. Source: Bitfinex docs, Symbols."""
        return self.base.endswith("F0")

    @property
    def public_name(self) -> str:
        return f"{self.base_name}/{self.quote_name}"


class Star(models.Model):
    """A market that a person marked; it outlives the exchange's listing of it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    symbol = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "symbol"], name="one_star_a_person_and_market")
        ]

    def __str__(self) -> str:
        return self.symbol


class Watchlist(models.Model):
    """Markets that a person put together under a name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="one_watchlist_a_person_and_name")
        ]

    def __str__(self) -> str:
        return self.name


class WatchlistMarket(models.Model):
    """A market on such a list; it outlives the exchange's listing of it, as a star does."""

    watchlist = models.ForeignKey(Watchlist, on_delete=models.CASCADE, related_name="markets")
    symbol = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["watchlist", "symbol"], name="a_market_once_on_a_watchlist"
            )
        ]

    def __str__(self) -> str:
        return self.symbol


class TableChoice(models.Model):
    """How a person wants the table of markets."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True
    )
    # The columns that are shown, with commas between; empty: the usual ones.
    columns = models.CharField(max_length=200, blank=True)
    # What the page opens with: empty for all markets, "stars", or the number of a watchlist.
    first = models.CharField(max_length=20, blank=True)
