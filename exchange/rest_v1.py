"""REST v1, which Bitfinex still serves and no longer grows. New programs want `RestV2`.

A v1 order carries no client id, so one whose answer is lost can't be found again for certain.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from exchange import models_v1, outcomes, rows, wire
from exchange.calls import Caller, Sign
from exchange.credentials import Credentials
from exchange.errors import DecodeError, ExchangeError, NoAnswer
from exchange.limits import RateBudget
from exchange.models import Order, PairInfo, Wallet
from exchange.models_v1 import TickerV1
from exchange.nonce import NonceAuthority
from exchange.signing import v1_headers
from exchange.transport import DEADLINE_SECONDS, Reply

BASE_URL = "https://api.bitfinex.com"

Model = TypeVar("Model")


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
        deadline_seconds: float = DEADLINE_SECONDS,
        ca_bundle: str | None = None,
    ) -> None:
        self._caller = Caller(
            base_url,
            credentials=credentials,
            nonces=nonces,
            budget=budget,
            deadline_seconds=deadline_seconds,
            ca_bundle=ca_bundle,
        )

    def close(self) -> None:
        """Close the kept connections."""
        self._caller.close()

    # Public

    def pubticker(self, symbol: str) -> TickerV1:
        """Read one pair's best prices and day. Source: Bitfinex docs v1, Ticker."""
        path = f"/v1/pubticker/{models_v1.v1_pair(symbol)}"
        return TickerV1.from_wire(symbol, self._public("v1/pubticker", path))

    def symbols(self) -> list[str]:
        """List the pairs, written as v2 does: "BTCUSD". Source: Bitfinex docs v1, Symbols."""
        return _list(models_v1.pair, self._public("v1/symbols", "/v1/symbols"))

    def symbols_details(self) -> dict[str, PairInfo]:
        """Read order sizes and margins, by pair. Source: Bitfinex docs v1, Symbol details."""
        answer = self._public("v1/symbols_details", "/v1/symbols_details")
        return {info.pair: info for info in _list(models_v1.pair_info, answer)}

    # One key's own

    def balances(self) -> list[Wallet]:
        """Read all wallets, by v2's names. Source: Bitfinex docs v1, Wallet balances."""
        return _list(models_v1.wallet, self._read("/v1/balances", {}))

    def order_status(self, order_id: int) -> Order:
        """Read one order, open or closed. Source: Bitfinex docs v1, Order status."""
        return models_v1.order(self._read("/v1/order/status", {"order_id": order_id}))

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
        """Place an order.

        side: "buy" or "sell"; amount and price above 0, the price also for market orders, where
        any will do. v1 refuses a price of more than 5 significant digits instead of cutting it.
        Source: Bitfinex docs v1, New order.
        """
        members: dict[str, Any] = {
            "symbol": models_v1.v1_pair(symbol),
            "amount": wire.plain(amount),
            "price": wire.plain(price),
            "side": side,
            "type": type,
            "exchange": "bitfinex",
        }
        members |= {"is_hidden": 1} if is_hidden else {}
        members |= {"is_postonly": 1} if is_postonly else {}
        return self._write("/v1/order/new", members)

    def cancel_order(self, order_id: int) -> Order:
        """Ask for a cancellation and return the order, which is usually still live then.

        Source: Bitfinex docs v1, Cancel order.
        """
        return self._write("/v1/order/cancel", {"order_id": order_id})

    # How it is done

    def _public(self, family: str, path: str) -> Any:
        return self._answer(path, self._caller.public(family, path, {}))

    def _read(self, path: str, params: dict[str, Any]) -> Any:
        reply = self._caller.read(path.lstrip("/"), path, _signature(path, params), None)
        return self._answer(path, reply)

    def _write(self, path: str, params: dict[str, Any]) -> Order:
        reply = self._caller.write(path.lstrip("/"), path, _signature(path, params), None)
        verdict = outcomes.v1_written(reply.status, _parsed(reply))
        if isinstance(verdict, ExchangeError):
            self._caller.note(verdict)
            raise verdict
        return verdict

    def _answer(self, path: str, reply: Reply) -> Any:
        if reply.status == 200:
            return wire.loads(reply.body)
        refused = outcomes.v1_refusal(reply.status, _parsed(reply))
        if refused is None:
            raise NoAnswer(f"HTTP {reply.status}: {path}")
        self._caller.note(refused)
        raise refused


def _signature(path: str, params: dict[str, Any]) -> Sign:
    return lambda credentials, nonce: v1_headers(
        credentials.key, credentials.secret, path, nonce, params
    )


def _parsed(reply: Reply) -> Any:
    try:
        return wire.loads(reply.body)
    except DecodeError:
        return None


@rows.decodes
def _list(read: Callable[[Any], Model], answer: Any) -> list[Model]:
    return [read(row) for row in rows.array(answer, 0)]
