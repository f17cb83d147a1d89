"""The exchange clients: each account's, made once per process, and those without a key."""

from __future__ import annotations

import threading
from functools import cache
from typing import TypeVar

from django.conf import settings

from dashboard.accounts.budgets import DatabaseBudget
from dashboard.accounts.models import ExchangeAccount, SealedKey
from dashboard.accounts.nonces import DatabaseNonces
from dashboard.accounts.sealing import SealingError, unseal
from exchange import Credentials, RestV1, RestV2, SqliteBudget, SqliteNonces
from exchange.limits import RateBudget
from exchange.nonce import NonceAuthority

Client = TypeVar("Client", RestV1, RestV2)

_lock = threading.Lock()
_clients: dict[tuple[str, str, int], tuple[str, RestV1 | RestV2]] = {}


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
    return _kept(RestV2, account)


def legacy_client_for(account: ExchangeAccount) -> RestV1:
    """Return the same for REST v1. Both take their turns with the key, and raise what they do."""
    return _kept(RestV1, account)


def client_with(credentials: Credentials) -> RestV2:
    """Return a client for a key that need not be stored."""
    return _signing(RestV2, credentials)


def public_client(kind: type[Client]) -> Client:
    """Return a new client for calls that need no key; they count in the shared budget."""
    # Only v2 has an address of its own for them.
    is_v2 = issubclass(kind, RestV2)
    return kind(
        settings.EXCHANGE_PUBLIC_URL if is_v2 else settings.EXCHANGE_AUTH_URL,
        budget=budget(),
        deadline_seconds=settings.EXCHANGE_DEADLINE_SECONDS,
    )


def _kept(kind: type[Client], account: ExchangeAccount) -> Client:
    sealed = SealedKey.objects.select_related("account").filter(account=account).first()
    if sealed is None:
        raise SealingError("No exchange key is stored for this account.")
    place = (kind.__name__, settings.EXCHANGE_AUTH_URL, account.pk)
    with _lock:
        envelope, client = _clients.get(place, ("", None))
        if not isinstance(client, kind) or envelope != sealed.envelope:
            client = _signing(kind, unseal(sealed))
            _clients[place] = (sealed.envelope, client)
    return client


def _signing(kind: type[Client], credentials: Credentials) -> Client:
    return kind(
        settings.EXCHANGE_AUTH_URL,
        credentials=credentials,
        nonces=nonces(),
        budget=budget(),
        deadline_seconds=settings.EXCHANGE_DEADLINE_SECONDS,
    )
