"""Who may hear an account: the `auth` event of a socket.

Source: Bitfinex docs, "WebSocket Authenticated Channels".
"""

from __future__ import annotations

import uuid
from typing import Any

from exchange.paper.keys import SCOPES, KeyHolder, Keyring
from exchange.paper.refusals import AUTHENTICATION, Refusal
from exchange.paper.rest.signing import matches, stream_signature

CANCELS_ORDERS = 4
NOT_AUTHENTICATED = 10200
AUTHENTICATION_PATH = "/ws/2/auth"

Message = dict[str, Any]


def authenticate(keyring: Keyring, message: Message) -> KeyHolder:
    """Return whose key an `auth` event proves, and use its nonce up. Raises Refusal.

    The signature is over the payload as it was sent, whatever it says: clients make it in
    different ways.
    """
    key = message.get("apiKey")
    holder = keyring.find(key, AUTHENTICATION_PATH) if isinstance(key, str) else None
    if holder is None:
        raise Refusal(AUTHENTICATION, "apikey: invalid")
    payload, signature = message.get("authPayload"), message.get("authSig")
    if not isinstance(payload, str) or not isinstance(signature, str):
        raise Refusal(AUTHENTICATION, "apikey: digest invalid")
    if not matches(stream_signature(holder.key.secret, payload), signature):
        raise Refusal(AUTHENTICATION, "apikey: digest invalid")
    holder.accept_nonce(str(message.get("authNonce")))
    return holder


def accepted(holder: KeyHolder, user_id: int) -> Message:
    """Build the answer to a key that was taken: who it belongs to and what it may do."""
    granted = holder.key.permissions
    caps = {scope: granted.get(scope, (0, 0)) for scope in SCOPES}
    return {
        "event": "auth",
        "status": "OK",
        "chanId": 0,
        "userId": user_id,
        "auth_id": str(uuid.uuid4()),
        "caps": {scope: {"read": read, "write": write} for scope, (read, write) in caps.items()},
    }


def failed(event: str, refusal: Refusal) -> Message:
    """Build the answer to an `auth` or `unauth` that came to nothing."""
    told = {"event": event, "status": "FAILED", "chanId": 0}
    return told | {"code": refusal.code, "msg": refusal.reason}
