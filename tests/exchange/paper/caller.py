"""A hand-made caller that signs as the docs say, apart from the client under test elsewhere."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
from typing import Any

import requests

from exchange.paper import PaperKey

KEY = PaperKey("trader", "secret of the trader")
READER = PaperKey.read_only("reader", "secret of the reader")
_SCOPES_TO_WRITE = ("orders", "wallets", "withdraw")
MOVER = PaperKey(
    "mover",
    "secret of the mover",
    dict.fromkeys(("account", "history", "positions"), (1, 0))
    | dict.fromkeys(_SCOPES_TO_WRITE, (1, 1)),
)

_nonces = itertools.count(1_700_000_000_000_000)


def signature(message: bytes, secret: str = KEY.secret) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha384).hexdigest()


class Caller:
    def __init__(self, rest_url: str, key: PaperKey = KEY) -> None:
        self.rest_url = rest_url
        self.key = key
        self.patience_seconds: float = 10

    def public(self, path: str, **query: str) -> requests.Response:
        return requests.get(self.rest_url + path, params=query, timeout=10)

    def send(
        self, path: str, body: bytes, nonce: str, signed: str, key: str = ""
    ) -> requests.Response:
        headers = {
            "bfx-apikey": key or self.key.key,
            "bfx-nonce": nonce,
            "bfx-signature": signed,
            "Content-Type": "application/json",
        }
        return requests.post(
            self.rest_url + path, data=body, headers=headers, timeout=self.patience_seconds
        )

    def v2(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return self.answer(path, body).json()

    def answer(
        self, path: str, body: dict[str, Any] | None = None, nonce: str = ""
    ) -> requests.Response:
        raw = b"" if body is None else json.dumps(body).encode()
        nonce = nonce or str(next(_nonces))
        signed = signature(f"/api/v2/{path}{nonce}".encode() + raw, self.key.secret)
        return self.send(f"/v2/{path}", raw, nonce, signed)

    def submit(self, amount: str, price: str | None = None, **members: Any) -> Any:
        order = {"symbol": "tBTCUSD", "amount": amount}
        order |= {"type": "EXCHANGE MARKET"} if price is None else {"price": price}
        return self.v2("auth/w/order/submit", {"type": "EXCHANGE LIMIT"} | order | members)

    def submit_within(self, seconds: float, amount: str, price: str) -> Any:
        """Submit with little patience."""
        patient, self.patience_seconds = self.patience_seconds, seconds
        try:
            return self.submit(amount, price)
        finally:
            self.patience_seconds = patient

    def v1(self, path: str, **members: Any) -> requests.Response:
        fields = {"request": path, "nonce": str(next(_nonces))} | members
        payload = base64.b64encode(json.dumps(fields).encode()).decode()
        return self.v1_send(path, payload, signature(payload.encode(), self.key.secret))

    def v1_send(self, path: str, payload: str, signed: str) -> requests.Response:
        headers = {
            "X-BFX-APIKEY": self.key.key,
            "X-BFX-PAYLOAD": payload,
            "X-BFX-SIGNATURE": signed,
        }
        return requests.post(self.rest_url + path, headers=headers, timeout=10)

    def wallets(self) -> dict[tuple[str, str], list[Any]]:
        return {(row[0], row[1]): row for row in self.v2("auth/r/wallets")}
