"""REST v1, the legacy interface: finds the method, checks key, signature and nonce, answers.

Source: Bitfinex v1 docs, "REST Auth".
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from exchange.paper.engine import Engine
from exchange.paper.fields import Fields, parse_fields
from exchange.paper.keys import KeyHolder, Keyring
from exchange.paper.network.messages import Reply, Request, json_reply
from exchange.paper.refusals import Refusal
from exchange.paper.rest.signing import matches, v1_signature
from exchange.paper.rest.v1 import fees, funding, money, orders, positions, public, wallets
from exchange.paper.rest.v1.calls import Call, LegacyRefusal, Methods, PublicCall

_BAD_SIGNATURE = "Invalid X-BFX-SIGNATURE."
_METHODS: Methods = {
    **wallets.METHODS,
    **orders.METHODS,
    **money.METHODS,
    **fees.METHODS,
    **funding.METHODS,
    **positions.METHODS,
}


class RestV1:
    """Answer everything under /v1/."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def answer(self, request: Request) -> Reply:
        """Answer a request; refusals are answers too."""
        try:
            return json_reply(self._find(request))
        except LegacyRefusal as refusal:
            return _refused(refusal.message, refusal.status)
        except Refusal as refusal:
            return _refused(refusal.reason, 400)

    def _find(self, request: Request) -> Any:
        if request.method in ("GET", "HEAD"):
            for pattern, look in public.METHODS:
                if path := pattern.fullmatch(request.path):
                    return look(PublicCall(self._engine, path, request.query))
        # Some old clients read with GET; the server looks at the headers, not at the verb.
        method = _METHODS.get(request.path)
        if method is None or request.method not in ("GET", "POST"):
            raise LegacyRefusal("Not found", 404)
        holder, fields = self._admit(request)
        if method.scope is not None:
            _check_permission(holder, method.scope, write=method.write)
        return method.answer(Call(self._engine, holder, fields))

    def _admit(self, request: Request) -> tuple[KeyHolder, Fields]:
        headers = request.headers
        holder = self._keyring.find(headers.get("x-bfx-apikey", ""), request.path)
        if holder is None:
            raise LegacyRefusal("Could not find a key matching the given X-BFX-APIKEY.", 401)
        payload = headers.get("x-bfx-payload", "")
        expected = v1_signature(holder.key.secret, payload)
        if not matches(expected, headers.get("x-bfx-signature", "")):
            raise LegacyRefusal(_BAD_SIGNATURE, 401)
        fields = _payload_fields(payload)
        # A payload signed for another path proves nothing here.
        if fields.get("request") != request.raw_path.decode("latin-1"):
            raise LegacyRefusal(_BAD_SIGNATURE, 401)
        _use_nonce(holder, fields.get("nonce"))
        return holder, fields


def _check_permission(holder: KeyHolder, scope: str, *, write: bool) -> None:
    try:
        holder.require(scope, write=write)
    except Refusal as refusal:
        raise LegacyRefusal(
            "This API key does not have permission for this action", 403
        ) from refusal


def payload_nonce(headers: Mapping[str, str]) -> str | None:
    """Return the nonce inside a v1 payload header, for the ledger; None where there is none."""
    try:
        nonce = _payload_fields(headers.get("x-bfx-payload", "")).get("nonce")
    except LegacyRefusal:
        return None
    return nonce if isinstance(nonce, str) else None


def _payload_fields(payload: str) -> dict[str, Any]:
    try:
        return parse_fields(base64.b64decode(payload, validate=True))
    except (binascii.Error, ValueError, Refusal) as failure:
        raise LegacyRefusal(_BAD_SIGNATURE, 401) from failure


def _use_nonce(holder: KeyHolder, nonce: Any) -> None:
    if not isinstance(nonce, str):
        raise LegacyRefusal("Nonce must be a string.")
    try:
        holder.accept_nonce(nonce)
    except Refusal as refusal:
        raise LegacyRefusal("Nonce is too small.") from refusal


def _refused(message: str, status: int) -> Reply:
    return json_reply({"message": message}, status, message)
