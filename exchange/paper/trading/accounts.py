"""Wallets and who owns them. Money is only ever moved between wallets, never made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from exchange.paper.numbers import UNIT, parse_units

HOUSE = "house"
FEES = "fees"
# Where borrowed money comes from: it owns what positions are made of.
LENDERS = "lenders"
# Accounts that nobody is told about.
NOBODY = (HOUSE, FEES, LENDERS)

# Kinds of movements of money. Source: Bitfinex docs, "Ledgers", values of the category filter.
TRADE, POSITION, TRANSFER, DEPOSIT, WITHDRAWAL = 5, 22, 51, 101, 104
TRADING_FEE, WITHDRAWAL_FEE = 201, 254

_FIRST_ENTRY = 2_500_000_000

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
_RESERVE = 10**12 * UNIT


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
class Cause:
    """Why money moved, in the exchange's words. category is one of the numbers above."""

    text: str
    category: int
    made_ms: int
    meta: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One movement of money on a wallet, as its owner is told. balance is what it came to."""

    id: int
    account: str
    kind: str
    currency: str
    amount: int
    balance: int
    text: str
    category: int
    made_ms: int
    meta: dict[str, Any] | None = None


@dataclass(slots=True)
class Account:
    """The wallets of one owner, in the order in which they came to be.

    entries are the movements that nobody has taken note of yet, last_entry the number of the
    newest one there has been.
    """

    name: str
    wallets: dict[tuple[str, str], Wallet] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    last_entry: int = _FIRST_ENTRY

    def wallet(self, currency: str, kind: str = "exchange") -> Wallet:
        """Return a wallet, opening an empty one where there is none."""
        return self.wallets.setdefault((kind, currency), Wallet(kind, currency))

    def post(self, wallet: Wallet, amount: int, cause: Cause) -> None:
        """Move money on one of the owner's wallets and say why."""
        wallet.balance += amount
        wallet.last_change, wallet.meta = cause.text, cause.meta
        self.last_entry += 1
        self.entries.append(
            Entry(
                id=self.last_entry,
                account=self.name,
                kind=wallet.kind,
                currency=wallet.currency,
                amount=amount,
                balance=wallet.balance,
                text=cause.text,
                category=cause.category,
                made_ms=cause.made_ms,
                meta=cause.meta,
            )
        )

    def take_entries(self) -> list[Entry]:
        """Return the movements since the last call, in order."""
        taken, self.entries = self.entries, []
        return taken


def starting_account(name: str, now_ms: int) -> Account:
    """Open an account with the money every new paper trader gets."""
    account = Account(name)
    cause = Cause(text="Deposit (PAPER)", category=DEPOSIT, made_ms=now_ms)
    for (kind, currency), amount in _STARTING.items():
        account.post(account.wallet(currency, kind), parse_units(amount), cause)
    return account


def bottomless_account(name: str, currencies: Iterable[str]) -> Account:
    """Open an account deep enough to always be the other side."""
    account = Account(name)
    for currency in currencies:
        account.wallet(currency).balance = _RESERVE
    return account
