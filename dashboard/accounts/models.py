"""People, the links that let them in, and their accounts at the exchange."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

from dashboard.accounts.database_lease import DatabaseLease


class User(AbstractUser):
    """Ours from the first migration, so that it can grow."""


class WelcomeLink(models.Model):
    """A link that signs its person in once; of its token only the hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="welcome_links")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Exchange(models.TextChoices):
    PAPER = "paper", "Paper exchange"
    BITFINEX = "bitfinex", "Bitfinex"


class ExchangeAccount(models.Model):
    """One person's account at one exchange, as one API key sees it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="exchange_accounts")
    exchange = models.CharField(max_length=20, choices=Exchange.choices)
    label = models.CharField(max_length=60)
    # {"orders": [true, false], …}: read and write by scope, None until the exchange was asked.
    permissions = models.JSONField(null=True)
    permissions_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "exchange", "label", name="one_account_per_label"),
        ]

    def __str__(self) -> str:
        return self.label


class SealedKey(models.Model):
    """An account's API key with its secret, encrypted; apart, so that no list ever loads it."""

    account = models.OneToOneField(
        ExchangeAccount, models.CASCADE, primary_key=True, related_name="sealed_key"
    )
    envelope = models.TextField()
    # The last characters of the key (not of the secret): enough to tell two keys apart.
    ending = models.CharField(max_length=4)
    stored_at = models.DateTimeField(auto_now=True)
    # How it fares at the exchange; see key_health.py. A sentence for people, "" while all is well.
    problem = models.TextField(blank=True)
    # Until then nothing that runs by itself uses it.
    rests_until = models.DateTimeField(null=True)
    # Nonces in a row that were found too small, and when the last of them counted.
    strikes = models.PositiveSmallIntegerField(default=0)
    struck_at = models.DateTimeField(null=True)
    # Its owner insists on a key that can take money out.
    may_withdraw = models.BooleanField(default=False)
    suspended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"key ending in {self.ending}"


class StreamLease(DatabaseLease):
    """Which worker hears an account's stream, and how that goes; named by the account's id."""

    # When the exchange last spoke on it, by the database's clock.
    heard_at = models.DateTimeField(null=True)
    # Why nothing is heard: a sentence for people, "" while all is well.
    reason = models.TextField(blank=True)


class NonceTurn(models.Model):
    """Whose turn it is to sign with a key, where many machines share one database."""

    fingerprint = models.CharField(max_length=64, primary_key=True)
    last_nonce = models.BigIntegerField(default=0)
    # Rises with every turn: whoever holds an older one has been passed over.
    epoch = models.BigIntegerField(default=0)
    held_until = models.DateTimeField(null=True)
    # While this lies ahead, an order waits and polls stand back.
    urgent_until = models.DateTimeField(null=True)


class RateWindow(models.Model):
    """The calls of the last minute to one family of endpoints, where many machines share them."""

    family = models.CharField(max_length=60, primary_key=True)
    # Epoch milliseconds, oldest first.
    calls_ms = models.JSONField(default=list)


class RateBan(models.Model):
    """Until when the exchange blocks our address; the newest row counts."""

    until = models.DateTimeField()
