"""Accounts, orders and fills as JSON-ready dicts and back, for storage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from exchange.paper.market.markets import Market
from exchange.paper.trading.accounts import Account, Wallet
from exchange.paper.trading.orders import Ending, Fill, Kind, Order

Markets = Mapping[str, Market]


def account_record(account: Account) -> dict[str, Any]:
    """Describe an account; what its open orders reserve follows from the orders."""
    wallets = [
        [wallet.kind, wallet.currency, wallet.balance, wallet.last_change, wallet.meta]
        for wallet in account.wallets.values()
    ]
    return {"name": account.name, "wallets": wallets}


def account_of(record: dict[str, Any]) -> Account:
    """Rebuild an account with nothing reserved."""
    account = Account(record["name"])
    for kind, currency, balance, last_change, meta in record["wallets"]:
        account.wallets[kind, currency] = Wallet(
            kind, currency, balance, last_change=last_change, meta=meta
        )
    return account


def order_record(order: Order) -> dict[str, Any]:
    """Describe an order."""
    return _plain(order) | {"reserved": 0}


def order_of(record: dict[str, Any], markets: Markets) -> Order:
    """Rebuild an order; it holds nothing back until it is put back into the book."""
    ending = record["ending"]
    known: dict[str, Any] = {
        "market": markets[record["market"]],
        "kind": Kind(record["kind"]),
        "ending": Ending(ending) if ending else None,
        "prints": [(price, amount) for price, amount in record["prints"]],
    }
    return Order(**record | known)


def fill_record(fill: Fill) -> dict[str, Any]:
    """Describe a fill."""
    return _plain(fill)


def fill_of(record: dict[str, Any], markets: Markets) -> Fill:
    """Rebuild a fill."""
    known: dict[str, Any] = {
        "market": markets[record["market"]],
        "kind": Kind(record["kind"]),
    }
    return Fill(**record | known)


def _plain(row: Order | Fill) -> dict[str, Any]:
    # Enums are texts already; a market is stored by its name.
    members = {member.name: getattr(row, member.name) for member in fields(row)}
    return members | {"market": row.market.symbol}
