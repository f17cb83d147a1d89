"""The exchange's side of signatures: what a client should have sent. Pure; no clock, no state.

Source: Bitfinex docs, "REST Auth" for v1 and v2.
"""

from __future__ import annotations

import hashlib
import hmac


def v2_signature(secret: str, path: bytes, nonce: str, body: bytes) -> str:
    """Sign a v2 call. path begins with /v2/ and has no query; body is the bytes as they came."""
    return _digest(secret, b"/api" + path + nonce.encode() + body)


def v1_signature(secret: str, payload: str) -> str:
    """Sign a v1 call. payload is the base64 text of the header, not what it decodes to."""
    return _digest(secret, payload.encode())


def stream_signature(secret: str, payload: str) -> str:
    """Sign the `auth` event of a socket. payload is its `authPayload` as it came."""
    return _digest(secret, payload.encode())


def matches(expected: str, received: str) -> bool:
    """Compare two signatures in constant time."""
    return hmac.compare_digest(expected.encode(), received.encode())


def _digest(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha384).hexdigest()
