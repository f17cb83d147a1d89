"""What really arrived: every request and every accepted order, for tests to hold against."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from threading import Lock

from exchange.paper.numbers import to_decimal
from exchange.paper.trading.orders import Order

KEPT_REQUESTS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedRequest:
    """A request as the exchange saw it. verdict is "ok" or the words of the refusal."""

    received_ms: int
    method: str
    path: str
    key: str | None
    nonce: str | None
    status: int
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedOrder:
    """An order at the moment it was accepted. amount is signed."""

    accepted_ms: int
    account: str
    id: int
    cid: int
    symbol: str
    kind: str
    amount: Decimal
    price: Decimal


class Ledger:
    """Keep records on the exchange's thread, hand out copies to any other."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._requests: deque[ReceivedRequest] = deque(maxlen=KEPT_REQUESTS)
        self._orders: list[AcceptedOrder] = []

    @property
    def requests(self) -> tuple[ReceivedRequest, ...]:
        """The newest requests, oldest first."""
        with self._lock:
            return tuple(self._requests)

    @property
    def orders(self) -> tuple[AcceptedOrder, ...]:
        """Every order accepted since the start, oldest first."""
        with self._lock:
            return tuple(self._orders)

    def record_request(self, received: ReceivedRequest) -> None:
        """Note a request together with what was answered."""
        with self._lock:
            self._requests.append(received)

    def record_order(self, order: Order) -> None:
        """Note an order that was accepted."""
        accepted = AcceptedOrder(
            accepted_ms=order.created_ms,
            account=order.account,
            id=order.id,
            cid=order.cid,
            symbol=order.market.symbol,
            kind=order.kind,
            amount=to_decimal(order.amount),
            price=to_decimal(order.price),
        )
        with self._lock:
            self._orders.append(accepted)
