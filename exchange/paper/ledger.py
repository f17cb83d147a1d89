"""What really arrived: every request and every order that was accepted, cancelled or amended.

Tests hold other programs' beliefs against it, in this process or, by the file, in another one that
outlives this.
"""

from __future__ import annotations

import json
import os
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from threading import Lock
from typing import Any

from exchange.paper.numbers import to_decimal
from exchange.paper.trading.orders import Order

KEPT_REQUESTS = 20_000
KEPT_ORDERS = 1_000_000

OK = "ok"
_MOST_COUNTS = 5_000
# How an order came when nobody asked for it over the network.
BY_HAND = "hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedRequest:
    """A request as the exchange saw it. verdict is "ok" or the words of the refusal.

    status is what was to be answered, 0 where nothing was; faults are the kinds that struck.
    body_sha256 is in hex. An input on a socket is a request too: its method is "INPUT", its path
    the stream's with the input's name behind it.
    """

    received_ms: int
    number: int = 0
    method: str
    path: str
    key: str | None
    nonce: str | None
    status: int
    verdict: str
    body_sha256: str = ""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedOrder:
    """An order at the moment it was accepted. amount is signed.

    came_by is "v1", "v2", "socket" or "hand"; request is the number of the one that brought it.
    """

    number: int
    accepted_ms: int
    account: str
    id: int
    cid: int
    symbol: str
    kind: str
    amount: Decimal
    price: Decimal
    came_by: str = BY_HAND
    request: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChange:
    """An order that was cancelled or amended on demand: what is "cancel" or "amend".

    amount is what it was from then on, remaining what was left of it; both are signed.
    """

    number: int
    changed_ms: int
    what: str
    account: str
    id: int
    amount: Decimal
    remaining: Decimal
    price: Decimal
    came_by: str = BY_HAND
    request: int | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request that is being carried out."""

    number: int
    came_by: str


class Ledger:
    """Keep records on the exchange's thread, hand out copies to any other.

    With a file, every record is also a line of JSON there, written before an answer leaves and
    as safe as the operating system is.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._number = 0
        self._arrival: Arrival | None = None
        self._requests: deque[ReceivedRequest] = deque(maxlen=KEPT_REQUESTS)
        self._orders: deque[AcceptedOrder] = deque(maxlen=KEPT_ORDERS)
        self._changes: deque[OrderChange] = deque(maxlen=KEPT_ORDERS)
        self._counts: Counter[str] = Counter()
        self._unwritten: list[str] = []
        self._file: int | None = None

    @property
    def requests(self) -> tuple[ReceivedRequest, ...]:
        """The newest requests, oldest first."""
        with self._lock:
            return tuple(self._requests)

    @property
    def orders(self) -> tuple[AcceptedOrder, ...]:
        """Every order accepted since the start, up to the newest million, oldest first."""
        with self._lock:
            return tuple(self._orders)

    @property
    def changes(self) -> tuple[OrderChange, ...]:
        """Every cancellation and amendment since the start, as orders are kept."""
        with self._lock:
            return tuple(self._changes)

    @property
    def counts(self) -> dict[str, int]:
        """How many of what there has been since the start; nothing is ever forgotten here.

        "request", "order", "cancel", "amend"; and apart "request ok", "request refused",
        "request /v2/…" by its path, "fault reset" by its kind, "order v2" by how it came. Paths
        beyond the first few thousand different ones count as "request elsewhere".
        """
        with self._lock:
            return dict(self._counts)

    def write_to(self, path: Path) -> set[int]:
        """Append every record to a file from now on; returns the ids of orders it held already."""
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        known, is_torn = _read(path)
        if is_torn:
            os.write(self._file, b"\n")
        return known

    def close(self) -> None:
        """Write what is left and close the file."""
        self.flush()
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def flush(self) -> None:
        """Write what has been recorded to the file. Nothing may be answered before this."""
        lines, self._unwritten = self._unwritten, []
        if self._file is not None and lines:
            data = "".join(lines).encode()
            while data:
                data = data[os.write(self._file, data) :]

    @contextmanager
    def arriving(self, came_by: str) -> Iterator[Arrival]:
        """Note for the length of a block by what way its orders come: "v1", "v2" or "socket"."""
        arrival = self._arrival = Arrival(self._next(), came_by)
        try:
            yield arrival
        finally:
            self._arrival = None

    def record_request(self, received: ReceivedRequest) -> None:
        """Note a request together with what was answered."""
        with self._lock:
            self._requests.append(received)
            self._counts.update(self._countable(received))
        self._write("request", received)

    def record_input(
        self, now_ms: int, path: str, key: str | None, nonce: str | None, verdict: str
    ) -> None:
        """Note what a socket was asked to do. path is the stream's with the input's name behind."""
        arrival = self._arrival
        self.record_request(
            ReceivedRequest(
                number=arrival.number if arrival else self._next(),
                received_ms=now_ms,
                method="INPUT",
                path=path,
                key=key,
                nonce=nonce,
                status=0,
                verdict=verdict,
            )
        )
        if arrival is not None:
            # The next input may have come in the same bytes.
            self._arrival = Arrival(self._next(), arrival.came_by)

    def record_order(self, order: Order) -> None:
        """Note an order that was accepted."""
        accepted = AcceptedOrder(
            accepted_ms=order.created_ms,
            account=order.account,
            cid=order.cid,
            symbol=order.market.symbol,
            kind=order.kind,
            **self._common(order),
        )
        with self._lock:
            self._orders.append(accepted)
            self._counts.update(["order", f"order {accepted.came_by}"])
        self._write("order", accepted)

    def recover_order(self, order: Order) -> None:
        """Write an order of an earlier run to the file, which lacks it."""
        members = {"account": order.account, "symbol": order.market.symbol, **self._common(order)}
        self._write("order", members | {"cid": order.cid, "kind": order.kind, "recovered": True})

    def record_cancel(self, order: Order, now_ms: int) -> None:
        """Note that somebody cancelled an order."""
        self._record_change("cancel", order, now_ms)

    def record_amend(self, order: Order, now_ms: int) -> None:
        """Note that somebody amended an order; the record tells what it is now."""
        self._record_change("amend", order, now_ms)

    def _countable(self, received: ReceivedRequest) -> Iterator[str]:
        path = f"request {received.path}"
        known = path in self._counts or len(self._counts) < _MOST_COUNTS
        yield "request"
        yield "request ok" if received.verdict == OK else "request refused"
        yield path if known else "request elsewhere"
        yield from (f"fault {kind}" for kind in received.faults)

    def _record_change(self, what: str, order: Order, now_ms: int) -> None:
        change = OrderChange(
            changed_ms=now_ms,
            what=what,
            account=order.account,
            remaining=to_decimal(order.sign * order.remaining),
            **self._common(order),
        )
        with self._lock:
            self._changes.append(change)
            self._counts.update([what])
        self._write(what, change)

    def _common(self, order: Order) -> dict[str, Any]:
        arrival = self._arrival
        return {
            "number": self._next(),
            "id": order.id,
            "amount": to_decimal(order.amount),
            "price": to_decimal(order.price),
            "came_by": arrival.came_by if arrival else BY_HAND,
            "request": arrival.number if arrival else None,
        }

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _write(self, what: str, record: Any) -> None:
        if self._file is not None:
            members = record if isinstance(record, dict) else asdict(record)
            line = json.dumps({"record": what, **members}, default=str)
            self._unwritten.append(line + "\n")


def _read(path: Path) -> tuple[set[int], bool]:
    """Return the orders of a file, and whether its last line is that of a killed process."""
    known, line = set(), "\n"
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.startswith('{"record": "order"') and line.endswith("}\n"):
                known.add(int(json.loads(line)["id"]))
    return known, not line.endswith("\n")
