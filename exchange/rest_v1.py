"""REST v1, which Bitfinex still serves and no longer grows. New programs want `RestV2`.

A v1 order carries no client id, so one whose answer is lost can't be found again for certain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from exchange import rows, symbols, wire
from exchange.calls import Caller, Sign
from exchange.clock import ExchangeClock
from exchange.credentials import Credentials
from exchange.errors import DecodeError, ExchangeError, NoAnswer
from exchange.limits import RateBudget
from exchange.models import v1 as models_v1
from exchange.models.account import Permission
from exchange.models.books import BookLevel
from exchange.models.markets import PairInfo
from exchange.models.orders import Order
from exchange.models.trades import Fill, PublicTrade
from exchange.models.transfers import DepositAddress
from exchange.models.v1 import TickerV1, v1_pair, v1_wallet
from exchange.models.wallets import Wallet, WalletType
from exchange.nonce import NonceAuthority
from exchange.outcomes import v1 as outcomes_v1
from exchange.outcomes.refusals import is_unavailable
from exchange.signing import v1_headers
from exchange.transport import DEADLINE_SECONDS, Reply

BASE_URL = "https://api.bitfinex.com"

MOST_NEW_ORDERS = 10

Model = TypeVar("Model")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderV1:
    """An order as v1 is asked for it.

    side: "buy" or "sell"; amount and price above 0, the price also for market orders, where any
    will do. v1 refuses a price of more than 5 significant digits instead of cutting it.
    Raises ValueError for what v1 could not take. Source: Bitfinex docs v1, New order.
    """

    symbol: str
    side: str
    amount: Decimal
    price: Decimal
    type: str = "exchange limit"
    is_hidden: bool = False
    is_postonly: bool = False

    def __post_init__(self) -> None:
        if self.side not in ("buy", "sell"):
            raise ValueError("the side is buy or sell")
        if not self.amount > 0 or not self.price > 0:
            raise ValueError("amount and price must be above 0")

    def members(self) -> dict[str, Any]:
        """Return the members to send, numbers as plain decimal text."""
        members: dict[str, Any] = {
            "symbol": v1_pair(self.symbol),
            "amount": wire.plain(self.amount),
            "price": wire.plain(self.price),
            "side": self.side,
            "type": self.type,
            "exchange": "bitfinex",
        }
        members |= {"is_hidden": 1} if self.is_hidden else {}
        members |= {"is_postonly": 1} if self.is_postonly else {}
        return members


class RestV1:
    """A client of the v1 API. Takes and raises what `RestV2` does, and keeps the same turns.

    Source: Bitfinex docs v1.
    """

    def __init__(
        self,
        base_url: str = BASE_URL,
        *,
        credentials: Credentials | None = None,
        nonces: NonceAuthority | None = None,
        budget: RateBudget | None = None,
        clock: ExchangeClock | None = None,
        deadline_seconds: float = DEADLINE_SECONDS,
        ca_bundle: str | None = None,
    ) -> None:
        self._caller = Caller(
            base_url,
            credentials=credentials,
            nonces=nonces,
            budget=budget,
            clock=clock,
            deadline_seconds=deadline_seconds,
            ca_bundle=ca_bundle,
        )

    def close(self) -> None:
        """Close the kept connections."""
        self._caller.close()

    # Public

    def pubticker(self, symbol: str) -> TickerV1:
        """Read one pair's best prices and day. Source: Bitfinex docs v1, Ticker."""
        path = f"/v1/pubticker/{v1_pair(symbol)}"
        return TickerV1.from_wire(symbol, self._public("v1/pubticker", path))

    def symbols(self) -> list[str]:
        """List the pairs, written as v2 does: "BTCUSD". Source: Bitfinex docs v1, Symbols."""
        return _list(models_v1.pair, self._public("v1/symbols", "/v1/symbols"))

    def symbols_details(self) -> dict[str, PairInfo]:
        """Read order sizes and margins, by pair. Source: Bitfinex docs v1, Symbol details."""
        answer = self._public("v1/symbols_details", "/v1/symbols_details")
        return {info.pair: info for info in _list(models_v1.pair_info, answer)}

    def book(
        self, symbol: str, *, bids: int = 50, asks: int = 50, group: bool = True
    ) -> list[BookLevel]:
        """Read an order book: bids from the best down, then asks from the best up.

        group: add up orders of one price, else each is a level.
        Source: Bitfinex docs v1, Orderbook.
        """
        path = f"/v1/book/{v1_pair(symbol)}"
        query = {"limit_bids": bids, "limit_asks": asks, "group": int(group)}
        return models_v1.book(self._public("v1/book", path, query))

    def trades(
        self, symbol: str, *, since_seconds: int | None = None, limit: int | None = None
    ) -> list[PublicTrade]:
        """Read trades of all participants, newest first; 50 without a limit.

        since_seconds: since the epoch. Source: Bitfinex docs v1, Trades.
        """
        path = f"/v1/trades/{v1_pair(symbol)}"
        query = {"timestamp": since_seconds, "limit_trades": limit}
        answer = self._public("v1/trades", path, query)
        return _list(lambda members: models_v1.trade(members, symbol), answer)

    # One key's own: reads

    def balances(self) -> list[Wallet]:
        """Read all wallets, by v2's names. Source: Bitfinex docs v1, Wallet balances."""
        return _list(models_v1.wallet, self._read("/v1/balances", {}))

    def key_info(self) -> list[Permission]:
        """Read what the key may do. Source: Bitfinex docs v1, Key permissions."""
        return models_v1.permissions(self._read("/v1/key_info", {}))

    def order_status(self, order_id: int) -> Order:
        """Read one order, open or closed. Source: Bitfinex docs v1, Order status."""
        return models_v1.order(self._read("/v1/order/status", {"order_id": order_id}))

    def orders(self) -> list[Order]:
        """Read orders that can still trade. Source: Bitfinex docs v1, Active orders."""
        return models_v1.orders(self._read("/v1/orders", {}))

    def order_history(self, limit: int | None = None) -> list[Order]:
        """Read closed orders of the last three days; once a minute, the budget lets it pass.

        Source: Bitfinex docs v1, Orders history.
        """
        return models_v1.orders(self._read("/v1/orders/hist", _asked({"limit": limit})))

    def fills(
        self,
        symbol: str,
        *,
        since_seconds: int | None = None,
        until_seconds: int | None = None,
        limit: int | None = None,
        oldest_first: bool = False,
    ) -> list[Fill]:
        """Read our own trades of a pair, newest first; 50 without a limit.

        The times count from the epoch. Source: Bitfinex docs v1, Past trades.
        """
        members = _asked(
            {
                "symbol": v1_pair(symbol),
                "timestamp": None if since_seconds is None else str(since_seconds),
                "until": None if until_seconds is None else str(until_seconds),
                "limit_trades": limit,
                "reverse": 1 if oldest_first else None,
            }
        )
        answer = self._read("/v1/mytrades", members)
        return _list(lambda entry: models_v1.fill(entry, symbol), answer)

    # One key's own: orders

    def new_order(
        self,
        symbol: str,
        *,
        side: str,
        amount: Decimal,
        price: Decimal,
        type: str = "exchange limit",
        is_hidden: bool = False,
        is_postonly: bool = False,
    ) -> Order:
        """Place an order; see `OrderV1` for what it takes. Source: Bitfinex docs v1, New order."""
        order = OrderV1(
            symbol=symbol,
            side=side,
            amount=amount,
            price=price,
            type=type,
            is_hidden=is_hidden,
            is_postonly=is_postonly,
        )
        return self._write("/v1/order/new", order.members(), models_v1.order)

    def new_orders(self, wanted: Sequence[OrderV1]) -> list[Order]:
        """Place up to 10 orders in one call. Raises ValueError beyond.

        Source: Bitfinex docs v1, Multiple new orders.
        """
        if not 0 < len(wanted) <= MOST_NEW_ORDERS:
            raise ValueError(f"between 1 and {MOST_NEW_ORDERS} orders fit into one call")
        members = {"orders": [order.members() for order in wanted]}
        return self._write("/v1/order/new/multi", members, models_v1.new_orders)

    def replace_order(self, order_id: int, order: OrderV1) -> Order:
        """Cancel an order and place another in its stead, which has an id of its own.

        Source: Bitfinex docs v1, Replace order.
        """
        members = {"order_id": order_id} | order.members()
        return self._write("/v1/order/cancel/replace", members, models_v1.order)

    def cancel_order(self, order_id: int) -> Order:
        """Ask for a cancellation and return the order, which is usually still live then.

        Source: Bitfinex docs v1, Cancel order.
        """
        return self._write("/v1/order/cancel", {"order_id": order_id}, models_v1.order)

    def cancel_orders(self, order_ids: Sequence[int]) -> str:
        """Ask for several cancellations, and return the exchange's words about them.

        Source: Bitfinex docs v1, Cancel multiple orders.
        """
        members = {"order_ids": list(order_ids)}
        return self._write("/v1/order/cancel/multi", members, models_v1.result)

    def cancel_all_orders(self) -> str:
        """Ask for the cancellation of every order of the account, and return the words about it.

        Source: Bitfinex docs v1, Cancel all orders.
        """
        return self._write("/v1/order/cancel/all", {}, models_v1.result)

    # One key's own: money

    def transfer(
        self, source: WalletType, target: WalletType, currency: str, amount: Decimal
    ) -> str:
        """Move money between wallets of the account, and return the exchange's words about it.

        Source: Bitfinex docs v1, Transfer between wallets.
        """
        members = {
            "amount": _positive(amount),
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

        Source: Bitfinex docs v1, Deposit.
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

        method: as v1 names it, "bitcoin". Raises InvalidRequest also where the exchange refuses
        under HTTP 200. Wires, which take a bank's members, are left to the website.
        Source: Bitfinex docs v1, Withdrawal.
        """
        members = _asked(
            {
                "withdraw_type": method,
                "walletselected": v1_wallet(wallet),
                "amount": _positive(amount),
                "address": address,
                "payment_id": payment_id,
            }
        )
        reply = self._sent("/v1/withdraw", members)
        return self._settled(outcomes_v1.moved(*reply, models_v1.withdrawal_id))

    # How it is done

    def _public(self, family: str, path: str, query: dict[str, Any] | None = None) -> Any:
        return self._answer(path, self._caller.public(family, path, query or {}))

    def _read(self, path: str, params: dict[str, Any]) -> Any:
        reply = self._caller.read(path.lstrip("/"), path, _signature(path, params), None)
        return self._answer(path, reply)

    def _write(self, path: str, params: dict[str, Any], read: Callable[[Any], Model]) -> Model:
        return self._settled(outcomes_v1.written(*self._sent(path, params), read))

    def _sent(self, path: str, params: dict[str, Any]) -> tuple[int, Any]:
        reply = self._caller.write(path.lstrip("/"), path, _signature(path, params), None)
        return reply.status, _parsed(reply)

    def _settled(self, verdict: Model | ExchangeError) -> Model:
        if isinstance(verdict, ExchangeError):
            self._caller.note(verdict)
            raise verdict
        return verdict

    def _answer(self, path: str, reply: Reply) -> Any:
        answer = wire.loads(reply.body) if reply.status == 200 else _parsed(reply)
        refused = outcomes_v1.refusal(reply.status, answer)
        if refused is not None:
            self._caller.note(refused)
            raise refused
        if reply.status != 200 or is_unavailable(answer):
            raise NoAnswer(f"HTTP {reply.status}: {path}")
        return answer


def _signature(path: str, params: dict[str, Any]) -> Sign:
    return lambda credentials, nonce: v1_headers(credentials, path, nonce, params)


def _parsed(reply: Reply) -> Any:
    try:
        return wire.loads(reply.body)
    except DecodeError:
        return None


def _list(read: Callable[[Any], Model], answer: Any) -> list[Model]:
    return rows.every(read, answer)


def _asked(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _positive(amount: Decimal) -> str:
    text = wire.plain(amount)
    if amount <= 0:
        raise ValueError("an amount to move must be above 0")
    return text
