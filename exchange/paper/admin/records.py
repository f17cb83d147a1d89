"""Reading the ledger from another process over the admin address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from exchange.paper.admin.calls import Call, Routes
from exchange.paper.ledger import AcceptedOrder, OrderChange, ReceivedRequest

_MOST_RECORDS = 10_000

Records = Sequence[ReceivedRequest] | Sequence[AcceptedOrder] | Sequence[OrderChange]


def _counts(call: Call) -> dict[str, int]:
    return call.server.ledger.counts


def _requests(call: Call) -> dict[str, Any]:
    return _page(call, call.server.ledger.requests)


def _orders(call: Call) -> dict[str, Any]:
    return _page(call, call.server.ledger.orders)


def _changes(call: Call) -> dict[str, Any]:
    return _page(call, call.server.ledger.changes)


def _page(call: Call, records: Records) -> dict[str, Any]:
    after = int(call.query.get("after", "0"))
    limit = min(int(call.query.get("limit", "1000")), _MOST_RECORDS)
    if limit < 1:
        raise ValueError("limit: at least 1")
    found = [record for record in records if record.number > after]
    page = [asdict(record) for record in found[:limit]]
    return {"records": page, "left": len(found) - len(page)}


ROUTES: Routes = (
    ("GET", r"/ledger", _counts),
    ("GET", r"/ledger/requests", _requests),
    ("GET", r"/ledger/orders", _orders),
    ("GET", r"/ledger/changes", _changes),
)
