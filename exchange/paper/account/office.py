"""Where accounts' affairs are kept, and where money is sent from wallet to wallet, in and out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from exchange.paper.account.addresses import Address, address_of
from exchange.paper.account.affairs import Affairs, Alert, Movement, affairs_of, affairs_record
from exchange.paper.account.methods import METHODS, fee_of
from exchange.paper.account.tokens import Tokens
from exchange.paper.numbers import plain_text
from exchange.paper.trading.accounts import (
    DEPOSIT,
    FEES,
    HOUSE,
    TRANSFER,
    WITHDRAWAL,
    WITHDRAWAL_FEE,
)
from exchange.paper.trading.desk import Desk
from exchange.paper.trading.margin.settlement import MARGIN

WALLETS = ("exchange", "margin", "funding")

_FIRST_MOVEMENT = 21_000_000
_ADDRESS_LENGTHS = range(5, 201)


class Impossible(Exception):  # noqa: N818 - said to the caller in the sentence it carries
    """Refuse to move money, in words that both interfaces tell in their own ways."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Money that is to leave: amount in units, and whether the fee is taken from it or on top."""

    kind: str
    method: str
    amount: int
    address: str
    payment_id: str | None = None
    note: str | None = None
    fee_deducted: bool = False

    @property
    def fee(self) -> int:
        """What it costs, in units."""
        return fee_of(self.method)

    @property
    def cost(self) -> int:
        """What the wallet loses, in units."""
        return self.amount if self.fee_deducted else self.amount + self.fee


class Office:
    """Keep the affairs of all accounts. records are those of an earlier run, by account."""

    def __init__(
        self, desk: Desk, clock: Callable[[], int], records: Mapping[str, dict[str, Any]]
    ) -> None:
        self._desk = desk
        self._clock = clock
        self.tokens = Tokens(clock)
        self._affairs = {account: affairs_of(record) for account, record in records.items()}

    def affairs(self, account: str) -> Affairs:
        """Return an account's affairs; an account is opened when it is first asked for."""
        if account not in self._affairs:
            self._affairs[account] = Affairs(opened_ms=self._clock())
            self._save(account)
        return self._affairs[account]

    def transfer(self, account: str, source: str, target: str, currency: str, amount: int) -> None:
        """Move money between wallets of an account. Raises Impossible."""
        if source == target:
            raise Impossible("Cannot complete transfer. Source and destination are the same")
        if self.available(account, source, currency) < amount:
            # Source: Bitfinex.Net#147.
            words = f"Cannot complete transfer. {source.capitalize()} balance insufficient"
            raise Impossible(words)
        words = f"Transfer of {plain_text(amount)} {currency} from wallet"
        text = f"{words} {source.capitalize()} to {target.capitalize()}"
        self._desk.book(account, source, currency, -amount, category=TRANSFER, text=text)
        self._desk.book(account, target, currency, amount, category=TRANSFER, text=text)

    def available(self, account: str, kind: str, currency: str) -> int:
        """Return what of a wallet may leave it. Asking opens no wallet."""
        wallet = self._desk.account(account).wallets.get((kind, currency))
        if wallet is None:
            return 0
        if kind == MARGIN:
            return self._desk.margin.spare(account, currency, wallet.available)
        return wallet.available

    def withdraw(self, account: str, wanted: Withdrawal) -> Movement:
        """Send money out. It is gone at once, and on its way for a while. Raises Impossible."""
        _check_address(wanted)
        currency = METHODS[wanted.method]
        self._check_withdrawal(account, currency, wanted)
        sent = wanted.cost - wanted.fee
        movement = Movement(
            id=self._next_id(),
            currency=currency,
            method=wanted.method.upper(),
            started_ms=self._clock(),
            amount=-sent,
            fee=wanted.fee,
            address=wanted.address,
            payment_id=wanted.payment_id,
            note=wanted.note,
        )
        text = f"{movement.method} Withdrawal #{movement.id}"
        self._pay(account, HOUSE, wanted.kind, currency, sent, WITHDRAWAL, text)
        fee_text = "Crypto Withdrawal fee"
        self._pay(account, FEES, wanted.kind, currency, wanted.fee, WITHDRAWAL_FEE, fee_text)
        self._record(account, movement)
        return movement

    def _check_withdrawal(self, account: str, currency: str, wanted: Withdrawal) -> None:
        available = self.available(account, wanted.kind, currency)
        if wanted.amount <= 0 or wanted.cost <= wanted.fee:
            raise Impossible("Invalid withdrawal amount")
        if wanted.cost > available:
            # Source: ccxt#2691.
            raise Impossible(
                f"Cannot withdraw {plain_text(wanted.cost)} {currency} from your {wanted.kind} "
                f"wallet. The available balance is only {plain_text(available)} {currency}."
            )

    def _pay(
        self,
        account: str,
        payee: str,
        kind: str,
        currency: str,
        amount: int,
        category: int,
        text: str,
    ) -> None:
        self._desk.book(account, kind, currency, -amount, category=category, text=text)
        self._desk.book(payee, "exchange", currency, amount, category=category, text=text)

    def deposit(self, account: str, kind: str, method: str, amount: int) -> Movement:
        """Let money arrive, as if it had been sent to the account's address."""
        currency = METHODS[method]
        movement = Movement(
            id=self._next_id(),
            currency=currency,
            method=method.upper(),
            started_ms=self._clock(),
            amount=amount,
            fee=0,
            address=self.address(account, kind, method).own,
        )
        text = f"Deposit ({movement.method}) #{movement.id}"
        self._pay(account, HOUSE, kind, currency, -amount, DEPOSIT, text)
        self._record(account, movement)
        return movement

    def address(self, account: str, kind: str, method: str, *, renew: bool = False) -> Address:
        """Return where deposits into a wallet go by a method, or a new place instead of it."""
        renewals = self.affairs(account).renewals
        name = f"{method}/{kind}"
        if renew:
            renewals[name] = renewals.get(name, 0) + 1
            self._save(account)
        return address_of(account, method, kind, renewals.get(name, 0))

    def set_alert(self, account: str, alert: Alert) -> None:
        """Keep an alert, in the place of one at the same price."""
        self.delete_alert(account, alert.symbol, alert.price)
        self.affairs(account).alerts.append(alert)
        self._save(account)

    def delete_alert(self, account: str, symbol: str, price: int) -> bool:
        """Take an alert away, and tell whether there was one."""
        affairs = self.affairs(account)
        kept = [alert for alert in affairs.alerts if (alert.symbol, alert.price) != (symbol, price)]
        was_there = len(kept) < len(affairs.alerts)
        affairs.alerts = kept
        self._save(account)
        return was_there

    def _next_id(self) -> int:
        newest = (
            affairs.movements[-1].id for affairs in self._affairs.values() if affairs.movements
        )
        return max(newest, default=_FIRST_MOVEMENT) + 1

    def _record(self, account: str, movement: Movement) -> None:
        self.affairs(account).movements.append(movement)
        self._save(account)

    def _save(self, account: str) -> None:
        self._desk.note_affairs(account, affairs_record(self._affairs[account]))


def _check_address(wanted: Withdrawal) -> None:
    address = wanted.address
    is_plain = address.isascii() and address.isprintable() and " " not in address
    if not is_plain or len(address) not in _ADDRESS_LENGTHS:
        # Source: an answer that ccxt keeps.
        raise Impossible(f"Invalid {wanted.method} address ({address[:40]})")
