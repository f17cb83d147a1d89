"""Signatures for REST v1, REST v2 and the WebSocket: strings in, headers out, nothing sent."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from hashlib import sha384
from typing import TYPE_CHECKING, Any

from exchange import wire

if TYPE_CHECKING:
    from exchange.credentials import Credentials

_BLOCK_BYTES = 128
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


class KeyedHash:
    """Sign with HMAC-SHA384, keeping the two states of the hash that the secret leads to.

    Both begin every signature, so the secret is hashed once and not kept. Safe to use from many
    threads. Source: RFC 2104, sections 2 and 4.
    """

    __slots__ = ("_inner", "_outer")

    def __init__(self, secret: bytes) -> None:
        block = sha384(secret).digest() if len(secret) > _BLOCK_BYTES else secret
        block = block.ljust(_BLOCK_BYTES, b"\0")
        self._inner = sha384(block.translate(_INNER))
        self._outer = sha384(block.translate(_OUTER))

    def sign(self, message: bytes) -> str:
        """Return the signature of `message` as 96 lowercase hex digits."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.hexdigest()


def v1_headers(
    credentials: Credentials, path: str, nonce: str, params: Mapping[str, Any]
) -> dict[str, str]:
    """Sign a REST v1 call.

    `path` is the whole path ("/v1/balances") and goes into the payload as `request`; the exchange
    compares the two. What is signed is the base64 text, not the JSON inside it.
    Source: Bitfinex docs v1, Authentication.
    """
    payload = base64.b64encode(wire.dumps({"nonce": nonce, "request": path, **params}))
    return {
        "X-BFX-APIKEY": credentials.key,
        "X-BFX-PAYLOAD": payload.decode(),
        "X-BFX-SIGNATURE": credentials.sign(payload),
    }


def v2_headers(
    credentials: Credentials, path: str, nonce: str, body: bytes | None
) -> dict[str, str]:
    """Sign a REST v2 call.

    `path` is what follows "/v2/" ("auth/r/wallets"), without a query; `body` the very bytes that
    will be sent, None for no body at all.
    Source: Bitfinex docs, Authenticated endpoints.
    """
    message = f"/api/v2/{path}{nonce}".encode() + (body or b"")
    return {
        "Content-Type": "application/json",
        "bfx-nonce": nonce,
        "bfx-apikey": credentials.key,
        "bfx-signature": credentials.sign(message),
    }


def ws_auth(credentials: Credentials, nonce: str) -> dict[str, Any]:
    """Return the whole `auth` event, ready for `json.dumps`.

    The nonce comes from the same rising sequence as the key's REST calls.
    Source: Bitfinex docs, WebSocket authentication.
    """
    payload = f"AUTH{nonce}"
    return {
        "event": "auth",
        "apiKey": credentials.key,
        "authNonce": nonce,
        "authPayload": payload,
        "authSig": credentials.sign(payload.encode()),
    }
