"""Orders and fills of one key's account, and everything that is done to orders."""

from __future__ import annotations

from collections.abc import Sequence

from exchange import symbols
from exchange.calls import OnSigned
from exchange.errors import ExchangeError
from exchange.models.orders import Order
from exchange.models.trades import Fill
from exchange.new_order import NewOrder
from exchange.order_operations import CancelOrders, Operation, OrderUpdate, operations_wire
from exchange.outcomes import orders as outcomes
from exchange.rest_v2.endpoints import Endpoints, listed, of_symbol, order_of


class Orders(Endpoints):
    """The part of `RestV2` that reads, places, changes and cancels orders."""

    def open_orders(
        self,
        symbol: str | None = None,
        *,
        ids: Sequence[int] = (),
        gid: int | None = None,
        cid: int | None = None,
        cid_date: str | None = None,
        on_signed: OnSigned | None = None,
    ) -> list[Order]:
        """Read orders that can still trade, all of them or those asked for.

        They come in the exchange's order. cid_date: the UTC day of the client id, "2026-11-22"; a
        client id needs one. on_signed: told by what nonce it is asked.
        Raises as any read. Source: Bitfinex docs, Retrieve orders.
        """
        path = f"auth/r/orders{of_symbol(symbol)}"
        asked = {"id": list(ids), "gid": gid, "cid": cid, "cid_date": cid_date}
        answer = self._read_telling(on_signed, "auth/r/orders", path, asked)
        return listed(Order.from_wire, answer)

    def order_history(
        self,
        symbol: str | None = None,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
        ids: Sequence[int] = (),
    ) -> list[Order]:
        """Read closed orders, newest first, about two weeks back; 2 500 at most.

        Raises as any read. Source: Bitfinex docs, Orders history.
        """
        path = f"auth/r/orders{of_symbol(symbol)}/hist"
        within = {"start": start_ms, "end": end_ms, "limit": limit, "id": list(ids)}
        return listed(Order.from_wire, self._read("auth/r/orders/hist", path, **within))

    def fills(
        self,
        symbol: str | None = None,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
        oldest_first: bool = False,
    ) -> list[Fill]:
        """Read our own trades, newest first; 2 500 at most.

        Raises as any read. Source: Bitfinex docs, Trades (authenticated).
        """
        path = f"auth/r/trades{of_symbol(symbol)}/hist"
        within = {"start": start_ms, "end": end_ms, "limit": limit, "sort": order_of(oldest_first)}
        return listed(Fill.from_wire, self._read("auth/r/trades/hist", path, **within))

    def order_fills(self, symbol: str, order_id: int) -> list[Fill]:
        """Read the trades of one order, in the exchange's order.

        Raises as any read. Source: Bitfinex docs, Order trades.
        """
        path = f"auth/r/order/{symbols.checked(symbol)}:{order_id:d}/trades"
        return listed(Fill.from_wire, self._read("auth/r/order/trades", path))

    def submit_order(
        self,
        order: NewOrder,
        *,
        not_after: float | None = None,
        on_signed: OnSigned | None = None,
    ) -> Order:
        """Place an order and return what the exchange made of it.

        not_after: epoch seconds; an order that has not left by then never does (NotSent).
        on_signed: told what is signed before a byte of it leaves; what it raises keeps it from
        leaving. A Refused whose `is_final` is False is to be looked up once before it is believed.
        Raises as any write, and OutcomeUnknown also where the answer speaks of another client id
        than ours.
        Source: Bitfinex docs, Submit order.
        """
        status, answer = self._write(
            "auth/w/order/submit", order.wire(), not_after=not_after, on_signed=on_signed
        )
        return self._settled(outcomes.submitted(status, answer, sent=True, expected_cid=order.cid))

    def update_order(self, change: OrderUpdate) -> Order:
        """Change an order that stands, keeping what the change does not name, and return it.

        The exchange may take it off the book and put it back, which costs it its place in the line.
        Raises as any write. Source: Bitfinex docs, Order update.
        """
        status, answer = self._write("auth/w/order/update", change.wire())
        return self._settled(outcomes.updated(status, answer, change=change))

    def cancel_order(self, order_id: int) -> Order:
        """Ask for a cancellation and return the order, which is usually still active then.

        Raises as any write. Source: Bitfinex docs, Cancel order.
        """
        status, answer = self._write("auth/w/order/cancel", {"id": order_id})
        return self._settled(outcomes.cancelled(status, answer, sent=True, expected_id=order_id))

    def cancel_order_by_cid(self, cid: int, cid_date: str) -> Order:
        """Ask for a cancellation by client id and its UTC day, "2026-11-22".

        Raises as any write. Source: Bitfinex docs, Cancel order.
        """
        status, answer = self._write("auth/w/order/cancel", {"cid": cid, "cid_date": cid_date})
        return self._settled(outcomes.cancelled_by_cid(status, answer, expected_cid=cid))

    def cancel_orders(self, wanted: CancelOrders) -> list[Order]:
        """Ask for several cancellations and return the orders that were found.

        Those not found are passed over in silence. They come in the exchange's order.
        Raises as any write. Source: Bitfinex docs, Cancel order multi.
        """
        status, answer = self._write("auth/w/order/cancel/multi", wanted.wire())
        expected = None if wanted.cids or wanted.gids else frozenset(wanted.ids)
        return self._settled(outcomes.cancelled_many(status, answer, expected_ids=expected))

    def cancel_all_orders(self) -> list[Order]:
        """Ask for the cancellation of every order of the account, on every pair, and return them.

        They come in the exchange's order.
        Raises as any write. Source: Bitfinex docs, Cancel order multi.
        """
        status, answer = self._write("auth/w/order/cancel/multi", {"all": 1})
        return self._settled(outcomes.cancelled_many(status, answer, expected_ids=None))

    def operate(self, operations: Sequence[Operation]) -> list[list[Order] | ExchangeError]:
        """Place, change and cancel up to 75 orders in one call; one result for each, in order.

        A result is the orders concerned, or the error that this operation alone came to: some may
        have been done where others were refused. A Refused raised for the whole is to be looked up.
        Raises as any write. Source: Bitfinex docs, Order multi-op.
        """
        status, answer = self._write("auth/w/order/multi", operations_wire(operations))
        results = self._settled(outcomes.operated(status, answer, operations=operations))
        for result in results:
            if isinstance(result, ExchangeError):
                self._caller.note(result)
        return results
