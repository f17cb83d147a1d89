"""What REST v1 and v2 share: the budget before a call, the clock and the turn of a signed one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from exchange.clock import ExchangeClock, shared_clock
from exchange.credentials import Credentials
from exchange.errors import (
    ExchangeError,
    NoAnswer,
    NotAuthenticated,
    NotSent,
    OutcomeUnknown,
    RateLimited,
)
from exchange.limits import RateBudget, shared_budget
from exchange.nonce import PROCESS_NONCES, NonceAuthority, Turn, fingerprint
from exchange.transport import DEADLINE_SECONDS, Reply, Transport

log = logging.getLogger(__name__)

# Reads may be repeated, so a nonce that was overtaken on its way costs them only another try.
_NONCE_TRIES = 3
# As v2 and v1 say it.
_NONCE_TOO_SMALL = (b"10114", b"Nonce is too small")

_TOO_MANY_REQUESTS = 429

Sign = Callable[[Credentials, str], dict[str, str]]


class Signed(Struct, frozen=True, kw_only=True):
    """What is about to be sent: the key by its fingerprint, the nonce, the body's SHA-256 in hex.

    Once the exchange has accepted a higher nonce of the same key, it cannot arrive any more.
    """

    key_fingerprint: str
    nonce: int
    body_sha256: str


OnSigned = Callable[[Signed], None]
"""Told before the first byte leaves, while the key's turn is held; what it raises goes through
and nothing is sent."""


class Caller:
    """Make calls within the budget and, where signed, one at a time for the key.

    Every method raises NotSent, RateLimited (our own budget), and NoAnswer or, for writes,
    OutcomeUnknown; the answer's meaning is left to the caller. Nothing is signed, and NotSent
    raised, while this machine's clock is a minute ahead of the exchange's.
    """

    def __init__(
        self,
        base_url: str,
        *,
        credentials: Credentials | None,
        nonces: NonceAuthority | None,
        budget: RateBudget | None,
        clock: ExchangeClock | None = None,
        deadline_seconds: float = DEADLINE_SECONDS,
        ca_bundle: str | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._credentials = credentials
        self._nonces = PROCESS_NONCES if nonces is None else nonces
        self._budget = shared_budget(self._base_url) if budget is None else budget
        self._clock = shared_clock(self._base_url) if clock is None else clock
        self._transport = Transport(deadline_seconds=deadline_seconds, ca_bundle=ca_bundle)

    def public(self, family: str, path: str, query: Mapping[str, Any]) -> Reply:
        """GET a path, its query without the members that are None."""
        self._budget.spend(family)
        asked = {name: value for name, value in query.items() if value is not None}
        question = f"?{urlencode(asked, safe=':,')}" if asked else ""
        return self._transport.send("GET", f"{self._base_url}{path}{question}", headers={})

    def calculate(self, family: str, path: str, body: bytes) -> Reply:
        """POST a question that needs no signature."""
        self._budget.spend(family)
        headers = {"Content-Type": "application/json"}
        return self._transport.send("POST", f"{self._base_url}{path}", headers=headers, body=body)

    def read(
        self,
        family: str,
        path: str,
        sign: Sign,
        body: bytes | None,
        *,
        on_signed: OnSigned | None = None,
    ) -> Reply:
        """POST a signed read; again, with a new nonce, where the nonce was too small.

        on_signed: told of each try; the last is the one that was answered.
        """
        credentials = self._signer()
        self._read_clock(urgent=False)
        self._budget.spend(family)
        with self._nonces.turn(credentials.key) as turn:
            for _ in range(_NONCE_TRIES):
                reply = self._signed(credentials, turn, path, sign, body, on_signed=on_signed)
                if not _nonce_was_too_small(reply):
                    break
                log.warning("%s: the nonce was too small", path)
        return reply

    def write(
        self,
        family: str,
        path: str,
        sign: Sign,
        body: bytes | None,
        *,
        not_after: float | None = None,
        on_signed: OnSigned | None = None,
    ) -> Reply:
        """POST a signed write, once, before all reads that wait for the key.

        not_after: epoch seconds; what is only ready later is not sent and raises NotSent.
        """
        credentials = self._signer()
        self._read_clock(urgent=True)
        self._budget.spend(family, urgent=True)
        with self._nonces.turn(credentials.key, urgent=True) as turn:
            return self._signed(
                credentials,
                turn,
                path,
                sign,
                body,
                is_write=True,
                not_after=not_after,
                on_signed=on_signed,
            )

    def _signed(
        self,
        credentials: Credentials,
        turn: Turn,
        path: str,
        sign: Sign,
        body: bytes | None,
        *,
        is_write: bool = False,
        not_after: float | None = None,
        on_signed: OnSigned | None = None,
    ) -> Reply:
        # In the turn, because the wait for it may be long enough for a clock to be set wrong.
        self._clock.check()
        nonce = turn.issue()
        headers = sign(credentials, nonce)
        if on_signed is not None:
            on_signed(_what_is_signed(credentials, nonce, body))
        # Last of all: the wait may have been long, and this process may have been paused in it.
        if not_after is not None and time.time() > not_after:
            raise NotSent(f"too late: {path} was not to leave any more")
        reply = self._transport.send(
            "POST",
            f"{self._base_url}{path}",
            headers=headers,
            body=body,
            is_write=is_write,
        )
        self._clock.learn(reply.date)
        return reply

    def _read_clock(self, *, urgent: bool) -> None:
        """Ask the exchange for its time where no answer has told it of late.

        Raises NotSent, and RateLimited: no signed call follows one that was blocked.
        """
        if self._clock.is_fresh:
            return
        self._budget.spend("platform", urgent=urgent)
        # A query of its own keeps caches from answering with a date of before.
        url = f"{self._base_url}/v2/platform/status?at={time.time_ns()}"
        try:
            reply = self._transport.send("GET", url, headers={})
        except NoAnswer as error:
            raise NotSent(f"not signed: the exchange does not tell its time ({error})") from error
        if reply.status == _TOO_MANY_REQUESTS:
            blocked = RateLimited("too many calls")
            self.note(blocked)
            raise blocked
        self._clock.learn(reply.date)

    def note(self, error: ExchangeError) -> None:
        """Learn from what an answer meant, before it is raised."""
        if isinstance(error, RateLimited):
            self._budget.ban()
        if isinstance(error, OutcomeUnknown):
            log.error("the outcome of a write is unknown: %s", error)

    def close(self) -> None:
        """Close the kept connections."""
        self._transport.close()

    def _signer(self) -> Credentials:
        if self._credentials is None:
            raise NotAuthenticated("this client has no key")
        return self._credentials


def _what_is_signed(credentials: Credentials, nonce: str, body: bytes | None) -> Signed:
    return Signed(
        key_fingerprint=fingerprint(credentials.key),
        nonce=int(nonce),
        body_sha256=sha256(body or b"").hexdigest(),
    )


def _nonce_was_too_small(reply: Reply) -> bool:
    return reply.status != 200 and any(words in reply.body for words in _NONCE_TOO_SMALL)
