"""REST v2: finds the method of a path, checks key, signature, nonce and permission, answers."""

from __future__ import annotations

from exchange.paper.engine import Engine
from exchange.paper.fields import Fields, parse_fields
from exchange.paper.keys import KeyHolder, Keyring
from exchange.paper.network.messages import Reply, Request, cannot, json_reply
from exchange.paper.refusals import AUTHENTICATION, Refusal
from exchange.paper.rest import account_orders_v2, public_v2
from exchange.paper.rest.account_calls import Call
from exchange.paper.rest.signing import matches, v2_signature
from exchange.paper.rest.v2 import (
    alerts,
    funding,
    identity,
    ledgers,
    money,
    positions,
    summary,
    tokens,
    wallets,
)

_SUBJECTS = (
    account_orders_v2,
    wallets,
    ledgers,
    positions,
    identity,
    summary,
    money,
    alerts,
    funding,
    tokens,
)
_ACCOUNT_METHODS = tuple(method for subject in _SUBJECTS for method in subject.METHODS)
# Bitfinex answers even a caller's mistake with this status.
_REFUSED_STATUS = 500


class RestV2:
    """Answer everything under /v2/."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def answer(self, request: Request) -> Reply:
        """Answer a request; refusals are answers too."""
        try:
            if request.method in ("GET", "HEAD"):
                return self._public(request)
            if request.method == "POST":
                return self._posted(request)
        except Refusal as refusal:
            return refused(refusal)
        return cannot(request)

    def _public(self, request: Request) -> Reply:
        for pattern, method in public_v2.METHODS:
            if path := pattern.fullmatch(request.path):
                return json_reply(method(self._engine, path, request.query))
        return cannot(request)

    def _posted(self, request: Request) -> Reply:
        for pattern, calculate in public_v2.CALCULATIONS:
            if pattern.fullmatch(request.path):
                return json_reply(calculate(self._engine, _members(request)))
        return self._authenticated(request)

    def _authenticated(self, request: Request) -> Reply:
        for pattern, method in _ACCOUNT_METHODS:
            if path := pattern.fullmatch(request.path):
                holder = self._admit(request)
                if method.scope is not None:
                    holder.require(method.scope, write=method.write)
                # What changes anything has to be signed.
                reads = request.path.startswith("/v2/auth/r/")
                fields = _members(request) if reads else parse_fields(request.body)
                call = Call(self._engine, holder, path, fields)
                return json_reply(method.answer(call))
        return cannot(request)

    def _admit(self, request: Request) -> KeyHolder:
        headers = request.headers
        if "bfx-token" in headers:
            return self._admit_token(headers["bfx-token"], request.path)
        holder = self._keyring.find(headers.get("bfx-apikey", ""), request.path)
        if holder is None:
            raise Refusal(AUTHENTICATION, "apikey: invalid")
        nonce = headers.get("bfx-nonce", "")
        expected = v2_signature(holder.key.secret, request.raw_path, nonce, request.body)
        if not matches(expected, headers.get("bfx-signature", "")):
            raise Refusal(AUTHENTICATION, "apikey: digest invalid")
        holder.accept_nonce(nonce)
        return holder

    def _admit_token(self, name: str, path: str) -> KeyHolder:
        token = self._engine.office.tokens.find(name)
        # The key is asked for anew: what was taken from it is taken from its tokens too.
        holder = None if token is None else self._keyring.find(token.key, path)
        if token is None or holder is None:
            raise Refusal(AUTHENTICATION, "token: invalid")
        holder.key = token.narrowed(holder.key)
        return holder


def _members(request: Request) -> Fields:
    """Read what was asked for: in the body, or in the query, which no signature covers.

    Source: rotki, and the exchange's own client for Node.js, which ask by the query.
    """
    return request.query | parse_fields(request.body)


def refused(refusal: Refusal, status: int = _REFUSED_STATUS) -> Reply:
    """Answer with an error array."""
    return json_reply(["error", refusal.code, refusal.reason], status, refusal.reason)
