"""What a person has, and what it is worth by the newest prices of this web process."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import DatabaseError
from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount, User
from dashboard.accounts.selectors import connected_accounts, main_account
from dashboard.decimal_field import trimmed
from dashboard.live.board import board
from dashboard.markets import selectors as markets
from dashboard.portfolio.models import BalancePoll, Wallet, WalletType
from dashboard.portfolio.valuation import (
    DollarPrice,
    Total,
    dollar_price,
    markets_for,
    total_of,
)

logger = logging.getLogger(__name__)

Available = Mapping[str, Decimal | None]  # by currency

WHY_RESERVED = {
    WalletType.EXCHANGE: "Open orders reserve the rest.",
    WalletType.MARGIN: "Open orders and positions reserve the rest.",
    WalletType.FUNDING: "Offers and loans reserve the rest.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One wallet's line: figures, when they were read, and why not all of it is available."""

    wallet: Wallet
    name: str
    price: DollarPrice | None
    at_ms: int | None

    @property
    def value(self) -> Decimal | None:
        if not self.wallet.balance:
            return Decimal(0)
        return None if self.price is None else trimmed(self.wallet.balance * self.price.price)

    @property
    def value_at_ms(self) -> int | None:
        return self.price.at_ms if self.price and self.price.at_ms else self.at_ms

    @property
    def reserved(self) -> Decimal:
        """Return what is in the wallet but cannot be used; 0 where nobody knows."""
        available = self.wallet.available
        return Decimal(0) if available is None else self.wallet.balance - available

    @property
    def why_reserved(self) -> str:
        return WHY_RESERVED[WalletType(self.wallet.type)] if self.reserved > 0 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletGroup:
    """All wallets of one type."""

    type: WalletType
    holdings: tuple[Holding, ...]
    total: Total


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """Everything the wallets page shows. `account` is None where no key is stored."""

    account: ExchangeAccount | None
    groups: tuple[WalletGroup, ...]
    total: Total
    # The public names of what no price is known for.
    unpriced: tuple[str, ...]
    read_at: datetime | None
    error: str

    @property
    def age_ms(self) -> int | None:
        """Return how long ago the balances were last read."""
        return None if self.read_at is None else milliseconds(timezone.now()) - self.read_at_ms

    @property
    def read_at_ms(self) -> int:
        return 0 if self.read_at is None else milliseconds(self.read_at)


def public_names(currencies: Iterable[str]) -> dict[str, str]:
    """Return what people call the currencies; one that no market trades keeps its wire name."""
    wanted = list(currencies)
    listed = markets.instruments()
    bases = listed.filter(base__in=wanted).values_list("base", "base_name")
    quotes = listed.filter(quote__in=wanted).values_list("quote", "quote_name")
    return {**dict(bases), **dict(quotes)}


def milliseconds(time: datetime) -> int:
    """Return the epoch milliseconds of an aware time."""
    return round(time.timestamp() * 1000)


def portfolio(user: User) -> Portfolio:
    """Return the person's wallets by type with their values; empty before the first answer."""
    account = main_account(user)
    poll = BalancePoll.objects.filter(account=account).first() if account else None
    rows = list(wallets(account)) if account else []
    quotes = board.quotes()
    prices = {row.currency: dollar_price(row.currency, quotes) for row in rows}
    names = public_names(prices)
    read_at = poll.last_success if poll else None
    holdings = [
        Holding(
            wallet=row,
            name=names.get(row.currency, row.currency),
            price=prices[row.currency],
            at_ms=milliseconds(read_at) if read_at else None,
        )
        for row in rows
    ]
    total = total_of(((row.currency, row.balance) for row in rows), prices)
    return Portfolio(
        account=account,
        groups=tuple(groups(holdings, prices)),
        total=total,
        unpriced=tuple(names.get(currency, currency) for currency in total.unpriced),
        read_at=read_at,
        error=poll.last_error if poll else "",
    )


def held_markets(listed: frozenset[str]) -> frozenset[str]:
    """Return the markets by which everybody's wallets are valued.

    Never raises: prices do without the database, and without those that nobody looks at.
    """
    try:
        rows = Wallet.objects.filter(account__in=connected_accounts())
        held = {row.currency for row in rows if row.balance}
    except DatabaseError as exc:
        logger.warning("what is held could not be read: %s", type(exc).__name__)
        return frozenset()
    return frozenset(symbol for currency in held for symbol in markets_for(currency, listed))


def groups(holdings: list[Holding], prices: dict[str, DollarPrice | None]) -> list[WalletGroup]:
    """Return the holdings by wallet type, the most valuable first."""
    made = []
    for kind in WalletType:
        inside = [each for each in holdings if each.wallet.type == kind]
        inside.sort(key=lambda each: (-(each.value or 0), each.name))
        amounts = ((each.wallet.currency, each.wallet.balance) for each in inside)
        if inside:
            made.append(
                WalletGroup(type=kind, holdings=tuple(inside), total=total_of(amounts, prices))
            )
    return made


def wallets(account: ExchangeAccount) -> list[Wallet]:
    """Return the account's stored wallets, those with nothing in them left out."""
    stored = Wallet.objects.filter(account=account).order_by("type", "currency")
    return [row for row in stored if row.balance or row.available]


def available(account: ExchangeAccount, currencies: Collection[str]) -> Available:
    """Return what the exchange wallet has for new orders; None before balances were ever read."""
    if not BalancePoll.objects.filter(account=account, last_success__isnull=False).exists():
        return dict.fromkeys(currencies)
    wallets = Wallet.objects.filter(
        account=account, type=WalletType.EXCHANGE, currency__in=currencies
    )
    return dict.fromkeys(currencies, Decimal(0)) | {
        wallet.currency: wallet.balance if wallet.available is None else wallet.available
        for wallet in wallets
    }
