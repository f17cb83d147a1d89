"""The account of one key: wallets, records, alerts, and who it belongs to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from exchange import rows, symbols, wire
from exchange.models.account import AccountSummary, Alert, FeeSummary, Login, Permission, UserInfo
from exchange.models.records import LedgerEntry, Movement
from exchange.models.wallets import Wallet
from exchange.outcomes import account as outcomes_account
from exchange.rest_v2.endpoints import Endpoints, listed, of_currency

_DIRECTIONS = {"buy": 1, "sell": -1}


class Account(Endpoints):
    """The part of `RestV2` that reads an account's records and keeps its alerts."""

    def wallets(self) -> list[Wallet]:
        """Read all wallets with a balance, in the exchange's order.

        Raises as any read. Source: Bitfinex docs, Wallets.
        """
        return listed(Wallet.from_wire, self._read("auth/r/wallets", "auth/r/wallets"))

    def permissions(self) -> list[Permission]:
        """Read what the key may do, in the exchange's order.

        Raises as any read. Source: Bitfinex docs, Key permissions.
        """
        return listed(Permission.from_wire, self._read("auth/r/permissions", "auth/r/permissions"))

    def fee_summary(self) -> FeeSummary:
        """Read the account's trading fees.

        Raises as any read. Source: Bitfinex docs, Summary.
        """
        return FeeSummary.from_wire(self._read("auth/r/summary", "auth/r/summary"))

    def summary(self) -> AccountSummary:
        """Read fees, and what was traded and paid in 30 days.

        Raises as any read. Source: Bitfinex docs, Summary.
        """
        return AccountSummary.from_wire(self._read("auth/r/summary", "auth/r/summary"))

    def user_info(self) -> UserInfo:
        """Read who the account belongs to.

        Raises as any read. Source: Bitfinex docs, User info.
        """
        return UserInfo.from_wire(self._read("auth/r/info/user", "auth/r/info/user"))

    def ledgers(
        self,
        currency: str | None = None,
        *,
        category: int | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[LedgerEntry]:
        """Read changes of balances, newest first; 2 500 at most.

        category: 5 exchange, 51 transfer, 101 deposit, 104 withdrawal, 201 trading fee, ….
        Raises as any read. Source: Bitfinex docs, Ledgers.
        """
        path = f"auth/r/ledgers{of_currency(currency)}/hist"
        within = {"category": category, "start": start_ms, "end": end_ms, "limit": limit}
        return listed(LedgerEntry.from_wire, self._read("auth/r/ledgers/hist", path, **within))

    def movements(
        self,
        currency: str | None = None,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[Movement]:
        """Read deposits and withdrawals, the last changed first; 1 000 at most.

        Raises as any read. Source: Bitfinex docs, Movements.
        """
        path = f"auth/r/movements{of_currency(currency)}/hist"
        within = {"start": start_ms, "end": end_ms, "limit": limit}
        return listed(Movement.from_wire, self._read("auth/r/movements/hist", path, **within))

    def logins(
        self,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[Login]:
        """Read sign-ins to the account, newest first; 250 at most.

        Raises as any read. Source: Bitfinex docs, Login history.
        """
        within = {"start": start_ms, "end": end_ms, "limit": limit}
        answer = self._read("auth/r/logins/hist", "auth/r/logins/hist", **within)
        return listed(Login.from_wire, answer)

    def available_to_trade(
        self,
        symbol: str,
        side: str,
        price: Decimal,
        *,
        wallet: str = "EXCHANGE",
        leverage: Decimal | None = None,
    ) -> Decimal:
        """Ask how much can be bought or sold at a price, in base currency, with its side's sign.

        side: "buy" or "sell"; wallet: "EXCHANGE" or "MARGIN"; leverage: for perpetuals.
        Raises as any read. Source: Bitfinex docs, Balance available for orders.
        """
        answer = self._read(
            "auth/calc/order/avail",
            "auth/calc/order/avail",
            symbol=symbols.checked(symbol),
            dir=_DIRECTIONS[side],
            rate=wire.plain(price),
            type=wallet,
            lev=leverage and wire.plain(leverage),
        )
        return _amount(answer)

    def available_to_lend(self, symbol: str) -> Decimal:
        """Ask how much of a funding symbol's currency can be offered.

        Raises as any read. Source: Bitfinex docs, Balance available for offers.
        """
        answer = self._read(
            "auth/calc/order/avail",
            "auth/calc/order/avail",
            symbol=symbols.checked_funding(symbol),
            type="FUNDING",
        )
        return _amount(answer)

    def alerts(self) -> list[Alert]:
        """Read the price alerts that are set, in the exchange's order.

        Raises as any read. Source: Bitfinex docs, Alert list.
        """
        answer = self._read("auth/r/alerts", "auth/r/alerts", type="price")
        return listed(Alert.from_wire, answer)

    def set_alert(self, symbol: str, price: Decimal, *, count: int = 100) -> Alert:
        """Have the exchange notify the account at a price, `count` times over.

        price: in quote currency.
        Raises as any write. Source: Bitfinex docs, Alert set.
        """
        members = {
            "type": "price",
            "symbol": symbols.checked(symbol),
            "price": wire.plain(price),
            "count": count,
        }
        return self._settled(outcomes_account.alert_set(*self._write("auth/w/alert/set", members)))

    def delete_alert(self, symbol: str, price: Decimal) -> bool:
        """Take an alert away, and tell whether there was one.

        price: in quote currency, as in the alert's own key.
        Raises as any write. Source: Bitfinex docs, Alert delete.
        """
        path = f"auth/w/alert/price:{symbols.checked(symbol)}:{wire.plain(price)}/del"
        status, answer = self._write(path, {}, family="auth/w/alert/del")
        return self._settled(outcomes_account.alert_deleted(status, answer))


@rows.decodes
def _amount(answer: Any) -> Decimal:
    return rows.decimal(rows.array(answer, 1)[0])
