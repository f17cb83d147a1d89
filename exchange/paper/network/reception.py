"""Where requests over HTTP are answered: past faults and limits, into the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256

from exchange.paper.engine import Engine
from exchange.paper.faults.conditions import Ban
from exchange.paper.faults.planting import Faults, Place, Planted
from exchange.paper.faults.requests import Duplicate, Misfire, RequestFault
from exchange.paper.keys import Keyring
from exchange.paper.ledger import ReceivedRequest
from exchange.paper.network.connections import HttpConnection
from exchange.paper.network.delivery import Delivery
from exchange.paper.network.limits import RateLimits
from exchange.paper.network.messages import STREAM_PATH, Reply, Request, cannot, json_reply
from exchange.paper.network.options import RateLimitAnswer
from exchange.paper.refusals import RATE_LIMIT
from exchange.paper.rest.rest_v1 import RestV1, payload_nonce
from exchange.paper.rest.rest_v2 import RestV2

Struck = Sequence[Planted[RequestFault]]

_TOO_MANY = {
    "object": {"error": "ERR_RATE_LIMIT"},
    "array": ["error", RATE_LIMIT, "ratelimit: error"],
    "message": {"message": "Ratelimit"},
}
_UNHEARD = Reply(status=0, body=b"", verdict="not carried out")
# Stands for the handshake, which the socket itself writes.
_WELCOME = Reply(status=101, body=b"")


class Reception:
    """Answer requests. commit saves what one has changed; nothing is answered before."""

    def __init__(
        self,
        engine: Engine,
        keyring: Keyring,
        faults: Faults,
        limits: RateLimits,
        commit: Callable[[], None],
        rate_limit_answer: RateLimitAnswer = "object",
    ) -> None:
        self._engine = engine
        self._faults = faults
        self._limits = limits
        self._commit = commit
        self._too_many = _TOO_MANY[rate_limit_answer]
        self._rest_v1 = RestV1(engine, keyring)
        self._rest_v2 = RestV2(engine, keyring)
        self._closing = asyncio.Event()

    def close(self) -> None:
        """Let nothing wait any longer that a fault holds up."""
        self._closing.set()

    async def attend(self, request: Request, connection: HttpConnection) -> bool | None:
        """Answer a request and tell whether its connection may carry another one.

        None means that it now is a socket: the handshake is yet to be answered.
        """
        struck = self._faults.strike(RequestFault, _place(request)) if self._faults else []
        await self._rest(sum(planted.fault.hold_seconds for planted in struck))
        reply = self._answer(request, struck)
        delivery = Delivery()
        for planted in struck:
            planted.fault.shape(delivery)
        if reply is _WELCOME:
            if delivery.is_whole:
                await self._rest(delivery.wait_seconds)
                return None
            # There is no part of a handshake that could be sent.
            delivery.is_answered = False
        return await connection.send(reply, delivery, self._rest)

    def _answer(self, request: Request, struck: Struck) -> Reply:
        reply = self._attempt(request, struck)
        for planted in struck:
            if isinstance(planted.fault, Duplicate):
                second = self._attempt(request, struck)
                reply = second if planted.fault.answer == "second" else reply
        return reply

    def _attempt(self, request: Request, struck: Struck) -> Reply:
        received_ms, ledger = self._engine.clock(), self._engine.ledger
        with ledger.arriving("v1" if request.path.startswith("/v1/") else "v2") as arrival:
            reply, effective = self._reply(request, struck)
            self._commit()
        ledger.record_request(
            ReceivedRequest(
                number=arrival.number,
                received_ms=received_ms,
                method=request.method,
                path=request.path,
                key=request.key,
                nonce=request.headers.get("bfx-nonce") or payload_nonce(request.headers),
                status=reply.status,
                verdict=reply.verdict,
                body_sha256=sha256(request.body).hexdigest() if request.body else "",
                faults=tuple(planted.fault.kind for planted in effective),
            )
        )
        ledger.flush()
        return reply

    def _reply(self, request: Request, struck: Struck) -> tuple[Reply, Struck]:
        for planted in struck:
            fault = planted.fault
            if isinstance(fault, Ban):
                path = "" if fault.everywhere else request.path
                self._limits.ban(request.peer, int(fault.seconds * 1000), path)
        if not all(planted.fault.carries_out for planted in struck):
            return _UNHEARD, struck
        for planted in struck:
            reply = planted.fault.instead(request)
            if reply is not None:
                return reply, struck
        return _changed(request, self._own_reply(request), struck)

    def _own_reply(self, request: Request) -> Reply:
        if not self._limits.allows(request.peer, request.path):
            return json_reply(self._too_many, 429, "rate limit")
        if request.path == STREAM_PATH and "upgrade" in request.headers:
            return _WELCOME
        if request.path.startswith("/v1/"):
            return self._rest_v1.answer(request)
        if request.path.startswith("/v2/"):
            return self._rest_v2.answer(request)
        return cannot(request)

    async def _rest(self, seconds: float) -> None:
        if seconds <= 0:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)
            raise ConnectionAbortedError("the exchange has closed")


def _changed(request: Request, reply: Reply, struck: Struck) -> tuple[Reply, Struck]:
    if reply is _WELCOME:
        return reply, struck
    effective = []
    for planted in struck:
        try:
            reply = planted.fault.change(request, reply)
        except Misfire:
            planted.missed()
        else:
            effective.append(planted)
    return reply, effective


def _place(request: Request) -> Place:
    text = (request.target + b"\n" + request.body).decode("latin-1")
    return Place(key=request.key, path=request.path, text=text)
