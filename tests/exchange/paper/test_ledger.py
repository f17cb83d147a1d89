from __future__ import annotations

from decimal import Decimal

from exchange.paper.engine import Engine
from exchange.paper.ledger import KEPT_REQUESTS, Ledger, ReceivedRequest
from tests.exchange.paper.tickets import place


def request(nonce: int) -> ReceivedRequest:
    return ReceivedRequest(
        number=nonce,
        received_ms=1,
        method="POST",
        path="/v2/auth/r/wallets",
        key="k",
        nonce=str(nonce),
        status=200,
        verdict="ok",
    )


def test_old_requests_make_room_for_new_ones() -> None:
    ledger = Ledger()
    for nonce in range(KEPT_REQUESTS + 5):
        ledger.record_request(request(nonce))

    assert len(ledger.requests) == KEPT_REQUESTS
    assert ledger.requests[0].nonce == "5"


def test_an_order_is_kept_as_it_was_accepted(engine: Engine) -> None:
    order = place(engine, "-0.1", "70000.5", cid=3)
    engine.cancel(order)
    (record,) = engine.ledger.orders

    assert (record.account, record.symbol, record.kind) == ("ann", "tBTCUSD", "EXCHANGE LIMIT")
    assert (record.amount, record.price) == (Decimal("-0.1"), Decimal("70000.5"))
