"""Conversations with sessions, without sockets: whoever sits on the other side."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
from typing import Any

from exchange.paper import Pace, PaperKey
from exchange.paper.engine import Engine
from exchange.paper.keys import Keyring
from exchange.paper.stream.hub import Stream
from exchange.paper.stream.sessions import Session
from tests.exchange.paper.clock import Clock

KEY = PaperKey("ann", "secret of ann")

_nonces = itertools.count(1_800_000_000_000_000)


def signed(key: PaperKey = KEY, nonce: Any = None, **members: Any) -> dict[str, Any]:
    """Return an `auth` event as the docs make it."""
    nonce = next(_nonces) if nonce is None else nonce
    payload = members.pop("authPayload", f"AUTH{nonce}")
    digest = hmac.new(key.secret.encode(), payload.encode(), hashlib.sha384).hexdigest()
    return {
        "event": "auth",
        "apiKey": key.key,
        "authNonce": nonce,
        "authPayload": payload,
        "authSig": digest,
    } | members


def open_stream(engine: Engine, clock: Clock, pace: Pace | None = None) -> Stream:
    """Return a stream whose commits publish and save nothing. The clock is the engine's too."""
    keyring = Keyring([KEY], {})
    stream = Stream(engine, clock, pace or Pace(), keyring=keyring)
    stream.commit = lambda: stream.publish(engine.desk.take_changes())
    return stream


class Talk:
    """A conversation with one session."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        pace: Pace | None = None,
        stream: Stream | None = None,
    ) -> None:
        self.stream = stream or open_stream(engine, clock, pace)
        self.session = Session(self.stream)
        self.clock = clock
        (self.greeting,) = self.heard()

    def heard(self) -> list[Any]:
        return [json.loads(text) for text in self.session.take_outgoing()]

    def say(self, **message: Any) -> list[Any]:
        self.session.receive(json.dumps(message))
        return self.heard()

    def subscribe(self, channel: str = "book", symbol: Any = "tBTCUSD", **members: Any) -> Any:
        return self.say(event="subscribe", channel=channel, symbol=symbol, **members)

    def after(self, milliseconds: int) -> list[Any]:
        self.clock.ms += milliseconds
        self.stream.feeds.flush(self.clock.ms)
        self.session.flush()
        return self.heard()

    def authenticate(self, key: PaperKey = KEY, **members: Any) -> list[Any]:
        return self.say(**signed(key, **members))

    def ask(self, code: str, payload: Any) -> list[Any]:
        self.session.receive(json.dumps([0, code, None, payload]))
        return self.heard()
