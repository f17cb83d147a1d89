"""Orders and fills of one key's account, over REST v1.

A v1 order carries no client id, so one whose answer is lost can't be found again for certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from exchange import wire
from exchange.client import asked
from exchange.models import v1 as models_v1
from exchange.models.orders import Order
from exchange.models.trades import Fill
from exchange.models.v1 import v1_pair
from exchange.rest_v1.endpoints import Endpoints
from exchange.rows import every

MOST_NEW_ORDERS = 10


class OrderV1(Struct, frozen=True, kw_only=True):
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


class Orders(Endpoints):
    """The part of `RestV1` that reads, places, replaces and cancels orders."""

    def orders(self) -> list[Order]:
        """Read orders that can still trade, in the exchange's order.

        Raises as any read. Source: Bitfinex docs v1, Active orders.
        """
        return models_v1.orders(self._read("/v1/orders", {}))

    def order_status(self, order_id: int) -> Order:
        """Read one order, open or closed.

        Raises as any read. Source: Bitfinex docs v1, Order status.
        """
        return models_v1.order(self._read("/v1/order/status", {"order_id": order_id}))

    def order_history(self, limit: int | None = None) -> list[Order]:
        """Read closed orders of the last three days; once a minute, the budget lets it pass.

        They come in the exchange's order.
        Raises as any read. Source: Bitfinex docs v1, Orders history.
        """
        return models_v1.orders(self._read("/v1/orders/hist", asked({"limit": limit})))

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

        The times count from the epoch.
        Raises as any read. Source: Bitfinex docs v1, Past trades.
        """
        members = asked(
            {
                "symbol": v1_pair(symbol),
                "timestamp": None if since_seconds is None else str(since_seconds),
                "until": None if until_seconds is None else str(until_seconds),
                "limit_trades": limit,
                "reverse": 1 if oldest_first else None,
            }
        )
        answer = self._read("/v1/mytrades", members)
        return every(lambda entry: models_v1.fill(entry, symbol), answer)

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
        """Place an order; see `OrderV1` for what it takes.

        amount: in base currency; price: in quote currency.
        Raises as any write. Source: Bitfinex docs v1, New order.
        """
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
        """Place up to 10 orders in one call, and return them in the exchange's order.

        Raises as any write, and ValueError beyond. Source: Bitfinex docs v1, Multiple new orders.
        """
        if not 0 < len(wanted) <= MOST_NEW_ORDERS:
            raise ValueError(f"between 1 and {MOST_NEW_ORDERS} orders fit into one call")
        members = {"orders": [order.members() for order in wanted]}
        return self._write("/v1/order/new/multi", members, models_v1.new_orders)

    def replace_order(self, order_id: int, order: OrderV1) -> Order:
        """Cancel an order and place another in its stead, which has an id of its own.

        Raises as any write. Source: Bitfinex docs v1, Replace order.
        """
        members = {"order_id": order_id} | order.members()
        return self._write("/v1/order/cancel/replace", members, models_v1.order)

    def cancel_order(self, order_id: int) -> Order:
        """Ask for a cancellation and return the order, which is usually still live then.

        Raises as any write. Source: Bitfinex docs v1, Cancel order.
        """
        return self._write("/v1/order/cancel", {"order_id": order_id}, models_v1.order)

    def cancel_orders(self, order_ids: Sequence[int]) -> str:
        """Ask for several cancellations, and return the exchange's words about them.

        Raises as any write. Source: Bitfinex docs v1, Cancel multiple orders.
        """
        members = {"order_ids": list(order_ids)}
        return self._write("/v1/order/cancel/multi", members, models_v1.result)

    def cancel_all_orders(self) -> str:
        """Ask for the cancellation of every order of the account, and return the words about it.

        Raises as any write. Source: Bitfinex docs v1, Cancel all orders.
        """
        return self._write("/v1/order/cancel/all", {}, models_v1.result)
