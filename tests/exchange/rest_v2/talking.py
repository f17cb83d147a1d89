"""A client of a server that answers by a script, and rows for the answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from exchange.credentials import Credentials
from exchange.limits import NoBudget
from exchange.new_order import NewOrder
from exchange.nonce import MemoryNonces
from exchange.rest_v2 import RestV2
from tests.exchange.loopback import Server, answering, knowing_clock, serving

CREDENTIALS = Credentials("key", "secret")
CID = 2**44 + 1
ORDER = NewOrder(
    symbol="tBTCUSD", type="EXCHANGE LIMIT", amount=Decimal(1), price=Decimal(100), cid=CID
)
ROW = [
    *[5, None, CID, "tBTCUSD", 1700000000000, 1700000000000, 1, 1, "EXCHANGE LIMIT", None],
    *[None, None, 0, "ACTIVE", None, None, 100, 0],
]
TICKER = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1364774820000]


@contextmanager
def talking_to(*answers: tuple[int, Any], **options: Any) -> Iterator[tuple[RestV2, Server]]:
    """Serve the answers in turn to a client that waits for nobody."""
    defaults = {
        "credentials": CREDENTIALS,
        "nonces": MemoryNonces(),
        "budget": NoBudget(),
        "clock": knowing_clock(),
    }
    with serving(answering(*answers)) as server:
        client = RestV2(server.url, **defaults | options)
        try:
            yield client, server
        finally:
            client.close()


def done(content: Any, text: str = "") -> list[Any]:
    """Return what a write that succeeded is answered with."""
    return [0, "some-req", None, None, content, None, "SUCCESS", text]
