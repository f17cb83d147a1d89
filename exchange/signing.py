"""Signatures for REST v1, REST v2 and the WebSocket. Pure: strings in, headers out."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from typing import Any

from exchange import wire


def sign(secret: str, message: bytes) -> str:
    """Return the lowercase hex HMAC-SHA384 of `message` under `secret`."""
    return hmac.digest(secret.encode(), message, "sha384").hex()


def v1_headers(
    key: str, secret: str, path: str, nonce: str, params: Mapping[str, Any]
) -> dict[str, str]:
    """Sign a REST v1 call.

    `path` is the whole path ("/v1/balances") and goes into the payload as `request`; the exchange
    compares the two. What is signed is the base64 text, not the JSON inside it.
    Source: Bitfinex docs v1, Authentication.
    """
    payload = base64.b64encode(wire.dumps({"nonce": nonce, "request": path, **params}))
    return {
        "X-BFX-APIKEY": key,
        "X-BFX-PAYLOAD": payload.decode(),
        "X-BFX-SIGNATURE": sign(secret, payload),
    }


def v2_headers(key: str, secret: str, path: str, nonce: str, body: bytes | None) -> dict[str, str]:
    """Sign a REST v2 call.

    `path` is what follows "/v2/" ("auth/r/wallets"), without a query; `body` the very bytes that
    will be sent, None for no body at all.
    Source: Bitfinex docs, Authenticated endpoints.
    """
    message = f"/api/v2/{path}{nonce}".encode() + (body or b"")
    return {
        "Content-Type": "application/json",
        "bfx-nonce": nonce,
        "bfx-apikey": key,
        "bfx-signature": sign(secret, message),
    }


def ws_auth(key: str, secret: str, nonce: str) -> dict[str, Any]:
    """Return the whole `auth` event, ready for `json.dumps`.

    The nonce comes from the same rising sequence as the key's REST calls.
    Source: Bitfinex docs, WebSocket authentication.
    """
    payload = f"AUTH{nonce}"
    return {
        "event": "auth",
        "apiKey": key,
        "authNonce": nonce,
        "authPayload": payload,
        "authSig": sign(secret, payload.encode()),
    }
