"""The exchange client of each account, made once per process."""

from __future__ import annotations

import threading
from functools import cache

from django.conf import settings

from dashboard.accounts.budgets import DatabaseBudget
from dashboard.accounts.models import ExchangeAccount, SealedKey
from dashboard.accounts.nonces import DatabaseNonces
from dashboard.accounts.sealing import SealingError, unseal
from exchange.credentials import Credentials
from exchange.limits import RateBudget, SqliteBudget
from exchange.nonce import NonceAuthority, SqliteNonces
from exchange.rest_v2 import RestV2

_lock = threading.Lock()
_clients: dict[tuple[str, int], tuple[str, RestV2]] = {}


@cache
def nonces() -> NonceAuthority:
    """Return the authority that all processes of this Tidewatch share."""
    if settings.DATABASE_URL:
        return DatabaseNonces()
    return SqliteNonces(settings.STATE_FOLDER / "nonces.sqlite3")


@cache
def budget() -> RateBudget:
    """Return the rate budget that all processes of this Tidewatch share."""
    if settings.DATABASE_URL:
        return DatabaseBudget()
    return SqliteBudget(settings.STATE_FOLDER / "rate-budget.sqlite3")


def client_for(account: ExchangeAccount) -> RestV2:
    """Return the client that signs with the account's key.

    Raises SealingError where the account has no key or it cannot be opened.
    """
    sealed = SealedKey.objects.select_related("account").filter(account=account).first()
    if sealed is None:
        raise SealingError("No exchange key is stored for this account.")
    place = (settings.EXCHANGE_AUTH_URL, account.pk)
    with _lock:
        envelope, client = _clients.get(place, ("", None))
        if client is None or envelope != sealed.envelope:
            client = client_with(unseal(sealed))
            _clients[place] = (sealed.envelope, client)
    return client


def client_with(credentials: Credentials) -> RestV2:
    """Return a client for a key that need not be stored."""
    return RestV2(
        settings.EXCHANGE_AUTH_URL,
        credentials=credentials,
        nonces=nonces(),
        budget=budget(),
        deadline_seconds=settings.EXCHANGE_DEADLINE_SECONDS,
    )
