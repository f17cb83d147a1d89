"""Wallets and who owns them. Money is only ever moved between wallets, never made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from exchange.paper.numbers import UNIT, parse_units

HOUSE = "house"
FEES = "fees"

# Kinds of movements of money. Source: Bitfinex docs, "Ledgers", values of the category filter.
TRADE, TRANSFER, DEPOSIT, WITHDRAWAL, WITHDRAWAL_FEE = 5, 51, 101, 104, 254

# What a new account owns, by wallet and currency.
_STARTING = {
    ("exchange", "USD"): "50000",
    ("exchange", "UST"): "10000",
    ("exchange", "BTC"): "0.5",
    ("exchange", "ETH"): "4",
    ("exchange", "SOL"): "20",
    ("exchange", "XRP"): "2000",
    ("margin", "USD"): "5000",
    ("funding", "USD"): "2500",
}
# More of each currency than all paper traders together could ever buy.
_HOUSE_RESERVE = 10**12 * UNIT


@dataclass(slots=True)
class Wallet:
    """One currency in one of the three purses. reserved is what open orders hold back."""

    kind: str
    currency: str
    balance: int = 0
    reserved: int = 0
    last_change: str | None = None
    meta: dict[str, Any] | None = None

    @property
    def available(self) -> int:
        """What may still be spent."""
        return self.balance - self.reserved


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One movement of money on a wallet, as its owner is told. balance is what it came to."""

    account: str
    kind: str
    currency: str
    amount: int
    balance: int
    text: str
    category: int = TRADE
    meta: dict[str, Any] | None = None


@dataclass(slots=True)
class Account:
    """The wallets of one owner, in the order in which they came to be.

    entries are the movements that nobody has taken note of yet.
    """

    name: str
    wallets: dict[tuple[str, str], Wallet] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    def wallet(self, currency: str, kind: str = "exchange") -> Wallet:
        """Return a wallet, opening an empty one where there is none."""
        return self.wallets.setdefault((kind, currency), Wallet(kind, currency))

    def post(
        self,
        wallet: Wallet,
        amount: int,
        text: str,
        meta: dict[str, Any] | None,
        *,
        category: int = TRADE,
    ) -> None:
        """Move money on one of the owner's wallets and say why."""
        wallet.balance += amount
        wallet.last_change, wallet.meta = text, meta
        self.entries.append(
            Entry(
                account=self.name,
                kind=wallet.kind,
                currency=wallet.currency,
                amount=amount,
                balance=wallet.balance,
                text=text,
                category=category,
                meta=meta,
            )
        )

    def take_entries(self) -> list[Entry]:
        """Return the movements since the last call, in order."""
        taken, self.entries = self.entries, []
        return taken


def starting_account(name: str) -> Account:
    """Open an account with the money every new paper trader gets."""
    account = Account(name)
    for (kind, currency), amount in _STARTING.items():
        account.wallet(currency, kind).balance = parse_units(amount)
    return account


def house_account(currencies: Iterator[str]) -> Account:
    """Open the bots' account, deep enough to always be the other side."""
    account = Account(HOUSE)
    for currency in currencies:
        account.wallet(currency).balance = _HOUSE_RESERVE
    return account
