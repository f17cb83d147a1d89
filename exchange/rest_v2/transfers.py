"""Moving money: between wallets, in, out. And tokens, which stand in for a key for a while."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from exchange import symbols
from exchange.client import positive
from exchange.models.transfers import DepositAddress, Transfer, Withdrawal
from exchange.models.wallets import WalletType
from exchange.outcomes import account as outcomes_account
from exchange.rest_v2.endpoints import Endpoints


class Transfers(Endpoints):
    """The part of `RestV2` that moves money. Nothing here is repeated on its own.

    None of these calls carries a client id: one whose answer is lost is looked up in
    `movements` or `ledgers`.
    """

    def transfer(
        self,
        source: WalletType,
        target: WalletType,
        currency: str,
        amount: Decimal,
        *,
        currency_to: str | None = None,
    ) -> Transfer:
        """Move money between wallets of the account.

        amount: in `currency`; currency_to: its code on the other side, where it has another there
        (UST and USTF0).
        Raises as any write, and Refused also for a balance check that is still running: `reason`
        has the words.
        Source: Bitfinex docs, Transfer between wallets.
        """
        members = {
            "from": str(WalletType(source)),
            "to": str(WalletType(target)),
            "currency": symbols.checked_currency(currency),
            "currency_to": symbols.checked_currency(currency_to or currency),
            "amount": positive(amount),
        }
        status, answer = self._write("auth/w/transfer", members)
        return self._settled(outcomes_account.transferred(status, answer))

    def deposit_address(
        self, wallet: WalletType, method: str, *, renew: bool = False
    ) -> DepositAddress:
        """Read where to send a deposit by a method ("bitcoin"), into which wallet.

        renew: make a new address, at which the old one goes on working for some methods only.
        Raises as any write. Source: Bitfinex docs, Deposit address.
        """
        members = {"wallet": str(WalletType(wallet)), "method": method, "op_renew": int(renew)}
        status, answer = self._write("auth/w/deposit/address", members)
        return self._settled(outcomes_account.addressed(status, answer))

    def withdraw(
        self,
        wallet: WalletType,
        method: str,
        amount: Decimal,
        address: str,
        *,
        payment_id: str | None = None,
        fee_deducted: bool = False,
        note: str | None = None,
    ) -> Withdrawal:
        """Send money out of the exchange.

        method: as the exchange names it, "bitcoin", "tetheruse"; amount: in its currency;
        payment_id: the tag or memo that some addresses need; fee_deducted: take the fee from the
        amount and not on top of it.
        Raises as any write, and InvalidRequest also where the exchange refuses under the name of
        success.
        Source: Bitfinex docs, Withdrawal.
        """
        members: dict[str, Any] = {
            "wallet": str(WalletType(wallet)),
            "method": method,
            "amount": positive(amount),
            "address": address,
        }
        optional = {
            "payment_id": payment_id,
            "fee_deduct": 1 if fee_deducted else None,
            "note": note,
        }
        members |= {name: value for name, value in optional.items() if value is not None}
        status, answer = self._write("auth/w/withdraw", members)
        return self._settled(outcomes_account.withdrawn(status, answer))

    def make_token(
        self,
        *,
        lasts_seconds: int = 120,
        scope: str = "api",
        capabilities: Sequence[str] = (),
        may_write: bool = False,
    ) -> str:
        """Make a secret that stands in for the key and its signatures until it expires.

        capabilities: letters for what it may read ("a" account, "o" orders, "w" wallets, …), all
        that the key may when empty.
        Raises as any write. Source: Bitfinex docs, Generate token.
        """
        members: dict[str, Any] = {
            "scope": scope,
            "ttl": lasts_seconds,
            "writePermission": may_write,
        }
        members |= {"caps": list(capabilities)} if capabilities else {}
        return self._settled(outcomes_account.token_made(*self._write("auth/w/token", members)))
