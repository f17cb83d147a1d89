"""The account of one key over REST v1: balances, permissions, and money that is moved."""

from __future__ import annotations

from decimal import Decimal

from exchange import symbols
from exchange.client import asked, positive
from exchange.models import v1 as models_v1
from exchange.models.account import Permission
from exchange.models.transfers import DepositAddress
from exchange.models.v1 import v1_wallet
from exchange.models.wallets import Wallet, WalletType
from exchange.outcomes import v1 as outcomes_v1
from exchange.rest_v1.endpoints import Endpoints
from exchange.rows import every


class Account(Endpoints):
    """The part of `RestV1` that reads balances and moves money; nothing is repeated on its own."""

    def balances(self) -> list[Wallet]:
        """Read all wallets, by v2's names and in the exchange's order.

        Raises as any read. Source: Bitfinex docs v1, Wallet balances.
        """
        return every(models_v1.wallet, self._read("/v1/balances", {}))

    def key_info(self) -> list[Permission]:
        """Read what the key may do, in the exchange's order.

        Raises as any read. Source: Bitfinex docs v1, Key permissions.
        """
        return models_v1.permissions(self._read("/v1/key_info", {}))

    def transfer(
        self, source: WalletType, target: WalletType, currency: str, amount: Decimal
    ) -> str:
        """Move money between wallets of the account, and return the exchange's words about it.

        amount: in `currency`.
        Raises as any write. Source: Bitfinex docs v1, Transfer between wallets.
        """
        members = {
            "amount": positive(amount),
            "currency": symbols.checked_currency(currency),
            "walletfrom": v1_wallet(source),
            "walletto": v1_wallet(target),
        }
        reply = self._sent("/v1/transfer", members)
        return self._settled(outcomes_v1.moved(*reply, models_v1.message))

    def deposit_address(
        self, wallet: WalletType, method: str, *, renew: bool = False
    ) -> DepositAddress:
        """Read where to send a deposit by a method ("bitcoin"), into which wallet.

        Raises as any write. Source: Bitfinex docs v1, Deposit.
        """
        members = {"method": method, "wallet_name": v1_wallet(wallet), "renew": int(renew)}
        reply = self._sent("/v1/deposit/new", members)
        return self._settled(outcomes_v1.addressed(*reply, models_v1.deposit_address))

    def withdraw(
        self,
        wallet: WalletType,
        method: str,
        amount: Decimal,
        address: str,
        *,
        payment_id: str | None = None,
    ) -> int:
        """Send money out of the exchange, and return the withdrawal's id.

        method: as v1 names it, "bitcoin". Wires, which take a bank's members, are left to the
        website. amount: in the method's currency.
        Raises as any write, and InvalidRequest also where the exchange refuses under HTTP 200.
        Source: Bitfinex docs v1, Withdrawal.
        """
        members = asked(
            {
                "withdraw_type": method,
                "walletselected": v1_wallet(wallet),
                "amount": positive(amount),
                "address": address,
                "payment_id": payment_id,
            }
        )
        reply = self._sent("/v1/withdraw", members)
        return self._settled(outcomes_v1.moved(*reply, models_v1.withdrawal_id))
