"""The paper exchange's admin address: faults, keys, prices, and the ledger that is the oracle."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

SUBMIT = "/v2/auth/w/order/submit"
CANCEL = "/v2/auth/w/order/cancel"
# The exchange shares the machine with all that a run starts.
PATIENCE_SECONDS = 30
_PAGE = 10_000


class NeverStruck(AssertionError):  # noqa: N818 - what happened, said as it is
    """A fault was lifted without having struck: whatever was tested, it was not this fault."""


@dataclass(frozen=True, slots=True)
class Hands:
    """Calls to a paper exchange on this machine that was started with its admin address."""

    port: int

    def call(self, method: str, path: str, members: dict[str, Any] | None = None) -> Any:
        """Return the answer's JSON. Raises ValueError with the exchange's words."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        body = json.dumps(members or {}) if method == "POST" else None
        headers = {"Content-Type": "application/json"} if body else {}
        try:
            link.request(method, f"/admin{path}", body=body, headers=headers)
            answer = link.getresponse()
            told = json.loads(answer.read())
        finally:
            link.close()
        if answer.status != 200:
            raise ValueError(f"{method} {path}: {told}")
        return told

    def plant(self, kind: str, **members: Any) -> int:
        """Put a fault in force and return its number."""
        number: int = self.call("POST", "/faults", {"kind": kind, **members})["id"]
        return number

    def fired(self, number: int) -> int:
        """Return how often a fault has struck."""
        found: int = self.call("GET", f"/faults/{number}")["fired"]
        return found

    def lift(self, number: int) -> int:
        """Lift a fault; returns how often it struck."""
        struck: int = self.call("DELETE", f"/faults/{number}")["fired"]
        return struck

    @contextmanager
    def fault(self, kind: str, **members: Any) -> Iterator[int]:
        """Keep a fault in force for a block, which fails where it never struck."""
        number = self.plant(kind, **members)
        try:
            yield number
        finally:
            struck = self.lift(number)
        if not struck:
            raise NeverStruck(f"{kind} {members} never struck")

    def orders(self) -> list[dict[str, Any]]:
        """Return every order that the exchange ever accepted, in the order in which it did."""
        return self._records("/ledger/orders")

    def requests(self) -> list[dict[str, Any]]:
        """Return the newest requests that the exchange received."""
        return self._records("/ledger/requests")

    def order(self, order_id: int) -> dict[str, Any]:
        """Return an order as it stands now."""
        found: dict[str, Any] = self.call("GET", f"/orders/{order_id}")
        return found

    def wallets(self, account: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call("GET", f"/wallets/{quote(account)}")
        return found

    def _records(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        left = 1
        while left:
            after = found[-1]["number"] if found else 0
            page = self.call("GET", f"{path}?after={after}&limit={_PAGE}")
            found += page["records"]
            left = page["left"]
        return found
