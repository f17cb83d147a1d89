"""Wallets as the account's stream tells of them, between two polls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import exchange as wire
from dashboard.accounts.models import ExchangeAccount
from dashboard.portfolio import services
from exchange.stream import account_events as told
from exchange.stream.events import Event


def take_in(account: ExchangeAccount, events: Sequence[Event]) -> None:
    """Store the wallets that a burst of events tells of, each as it was told last."""
    services.store_told(account=account, wallets=list(wallets_in(events)))


def wallets_in(events: Sequence[Event]) -> Iterator[wire.Wallet]:
    for event in events:
        match event:
            case told.WalletsSnapshot():
                yield from event.wallets
            case told.WalletChanged():
                yield event.wallet
