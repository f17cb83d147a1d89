"""Over which version of the exchange's API figures are read: the one place that knows.

EXCHANGE_API chooses it for balances and tickers. Orders, fills and permissions go over v2
whatever is chosen, because an order of v1 has no client id to be found again by.
"""

from __future__ import annotations

from typing import Protocol

from django.conf import settings

from dashboard.accounts.clients import client_for, legacy_client_for, public_client
from dashboard.accounts.models import ExchangeAccount
from dashboard.live.tickers import AllTickers, HeldMarkets, Tickers, TickersInTurn
from exchange import RestV1, RestV2, Wallet


class ReadApi(Protocol):
    """What the dashboard reads over either version.

    `note` is a sentence for people about the figures that cannot be had over it, "" without any.
    """

    note: str

    def wallets(self, account: ExchangeAccount) -> list[Wallet]:
        """Ask for the account's wallets, by v2's names. Raises ExchangeError or SealingError."""

    def tickers(self, held: HeldMarkets) -> Tickers:
        """Return a way to ask for tickers, with connections of its own; the caller closes it."""


class ReadV1:
    """REST v1: balances with what is available of them, and one ticker at a time."""

    note = (
        "REST v1 tells of one market at a time and not of the 24-hour change. Markets in sight are "
        "streamed and have all figures; what you hold is asked for in turn; of others nothing is "
        "known until they come into sight."
    )

    def wallets(self, account: ExchangeAccount) -> list[Wallet]:
        return legacy_client_for(account).balances()

    def tickers(self, held: HeldMarkets) -> Tickers:
        return TickersInTurn(public_client(RestV1), held)


class ReadV2:
    """REST v2: wallets, and all tickers at once, whoever holds what."""

    note = ""

    def wallets(self, account: ExchangeAccount) -> list[Wallet]:
        return client_for(account).wallets()

    def tickers(self, held: HeldMarkets) -> Tickers:
        return AllTickers(public_client(RestV2))


_APIS: dict[str, ReadApi] = {"v1": ReadV1(), "v2": ReadV2()}


def read_api() -> ReadApi:
    """Return the version that EXCHANGE_API names."""
    return _APIS[settings.EXCHANGE_API]
