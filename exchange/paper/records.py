"""Accounts, orders, fills, positions and movements of money as JSON-ready dicts and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from exchange.paper.market.markets import Market
from exchange.paper.numbers import Number
from exchange.paper.trading.accounts import Account, Entry, Wallet
from exchange.paper.trading.margin.positions import Position
from exchange.paper.trading.orders import Ending, Fill, Kind, Order

Markets = Mapping[str, Market]


def account_record(account: Account) -> dict[str, Any]:
    """Describe an account; what its open orders reserve follows from the orders."""
    wallets = [
        [wallet.kind, wallet.currency, wallet.balance, wallet.last_change, wallet.meta]
        for wallet in account.wallets.values()
    ]
    return {"name": account.name, "wallets": wallets, "last_entry": account.last_entry}


def account_of(record: dict[str, Any]) -> Account:
    """Rebuild an account with nothing reserved."""
    account = Account(record["name"])
    # Older records know of no money ledger.
    account.last_entry = record.get("last_entry", account.last_entry)
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
    ending, before = record["ending"], record.get("previous_kind")
    known: dict[str, Any] = {
        "market": markets[record["market"]],
        "kind": Kind(record["kind"]),
        "previous_kind": Kind(before) if before else None,
        "ending": Ending(ending) if ending else None,
        "prints": [(price, amount) for price, amount in record["prints"]],
    }
    # Older records come from a time when orders could not be changed.
    derived = {"executed": abs(record["amount"]) - record["remaining"], "queued": record["id"]}
    return Order(**derived | record | known)


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


def position_record(position: Position) -> dict[str, Any]:
    """Describe a position."""
    return _plain(position)


def position_of(record: dict[str, Any], markets: Markets) -> Position:
    """Rebuild a position."""
    known: dict[str, Any] = {
        "market": markets[record["market"]],
        "base_price": Number(record["base_price"]),
    }
    return Position(**record | known)


def entry_record(entry: Entry) -> dict[str, Any]:
    """Describe a movement of money."""
    return asdict(entry)


def entry_of(record: dict[str, Any]) -> Entry:
    """Rebuild a movement of money."""
    return Entry(**record)


def _plain(row: Order | Fill | Position) -> dict[str, Any]:
    # Enums are texts already; a market is stored by its name.
    members = {member.name: getattr(row, member.name) for member in fields(row)}
    return members | {"market": row.market.symbol}
