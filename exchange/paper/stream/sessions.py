"""The conversation on one socket of the stream, without the socket.

`receive` takes what the client says, `flush` looks at the feeds; both leave frames in `outgoing`.
Source: Bitfinex docs, "WebSocket General"; live probes of September 2026.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NoReturn

from exchange.paper import refusals
from exchange.paper.account.profiles import user_id
from exchange.paper.faults.frames import ACCOUNT, FrameGate, Topic
from exchange.paper.numbers import Number, dumps
from exchange.paper.refusals import Refusal
from exchange.paper.stream.account.authentication import (
    AUTHENTICATION_PATH,
    CANCELS_ORDERS,
    NOT_AUTHENTICATED,
    accepted,
    authenticate,
    failed,
)
from exchange.paper.stream.account.bulletins import Bulletin
from exchange.paper.stream.account.channel import AccountChannel
from exchange.paper.stream.account.filters import Filter
from exchange.paper.stream.account.frames import Frame
from exchange.paper.stream.account.inputs import Inputs
from exchange.paper.stream.framing import ACCOUNT_ID, HEARTBEAT, Framing
from exchange.paper.stream.hub import STREAM_PATH, Stream
from exchange.paper.stream.public import PublicChannels
from exchange.paper.stream.requests import Message

_LARGEST_FLAGS = 2**31 - 1


class Session:
    """Talk to one client. peer is its address."""

    def __init__(self, stream: Stream, peer: str = "") -> None:
        self._stream = stream
        self._peer = peer
        self._framing = Framing(stream.engine.clock)
        self._heard_ms = stream.now_ms()
        self._channels = PublicChannels(stream)
        self._account: AccountChannel | None = None
        self._gate = FrameGate(stream.faults, self._topic)
        self.outgoing: list[str] = []
        self._greet()

    @property
    def is_over(self) -> bool:
        """True when the socket is to be cut: its key is gone, or it has been idle for too long."""
        if self._account is not None:
            return self._account.is_revoked
        silent_ms = self._stream.now_ms() - self._heard_ms
        return not len(self._channels) and silent_ms >= self._stream.pace.idle_ms

    def heard(self) -> None:
        """Note that the client gave a sign of life."""
        self._heard_ms = self._stream.now_ms()

    def announce(self, code: int, text: str) -> None:
        """Tell the client about the server's state (20051, 20060, 20061)."""
        self._say({"event": "info", "code": code, "msg": text})

    def take_outgoing(self) -> list[str]:
        """Return the frames to send now, in order."""
        taken, self.outgoing = self.outgoing, []
        return [] if self._stream.is_muted else self._gate.pass_on(taken)

    def receive(self, text: str) -> None:
        """Answer one message. What is no JSON is passed over in silence."""
        try:
            message = json.loads(text, parse_float=Number, parse_constant=_reject)
        except (ValueError, RecursionError):
            return
        if isinstance(message, list):
            # Amounts, unlike what is only echoed, are to be read as numbers.
            self._take_input(json.loads(text, parse_float=Decimal))
        elif isinstance(message, dict):
            self._answer(message)

    def hear(self, bulletin: Bulletin) -> None:
        """Take in what the account has to be told."""
        if self._account is not None:
            self._tell(self._account.hear(bulletin))

    def flush(self) -> None:
        """Say what the feeds have brought since the last flush, and the heartbeats that are due."""
        if self._account is not None:
            self._account.refresh()
            self._tell(self._account.due())
            if self._account.takes_heartbeat() and not self._gate.silences(ACCOUNT, HEARTBEAT):
                self.outgoing.append(self._framing.heartbeat())
        for channel_id, payload in self._channels.news(self._framing.flags):
            self._send(channel_id, payload)

    def end(self) -> None:
        """Take leave of the account, and cancel its orders if that was asked for."""
        channel = self._account
        if channel is None:
            return
        self._leave(channel)
        if channel.cancels_orders:
            engine = self._stream.engine
            for order in engine.desk.open_orders(channel.account):
                # One order of a pair takes the other with it.
                if order.is_open:
                    engine.cancel(order)
            self._stream.commit()

    def _greet(self) -> None:
        greeting = {"event": "info", "version": 2, "serverId": self._stream.server_id}
        status = int(not self._stream.is_in_maintenance)
        self._say(greeting | {"platform": {"status": status}})

    def _answer(self, message: Message) -> None:
        try:
            match message.get("event"):
                case "ping":
                    self._ping(message)
                case "conf":
                    self._configure(message)
                case "subscribe":
                    self._subscribe(message)
                case "unsubscribe":
                    channel_id = self._channels.unsubscribe(message)
                    self._say({"event": "unsubscribed", "status": "OK", "chanId": channel_id})
                case "auth":
                    self._authenticate(message)
                case "unauth":
                    self._unauthenticate()
                case event:
                    raise Refusal(refusals.UNKNOWN_EVENT, f"event: invalid ({event})")
        except Refusal as refusal:
            self._refuse(message, refusal)

    def _ping(self, message: Message) -> None:
        echo = {"cid": message["cid"]} if "cid" in message else {}
        self._say({"event": "pong", "ts": self._stream.engine.clock()} | echo)

    def _configure(self, message: Message) -> None:
        flags = message.get("flags", 0)
        if type(flags) is not int or not 0 <= flags <= _LARGEST_FLAGS:
            raise Refusal(refusals.CONF_FAILED, "flags: invalid")
        self._framing.flags = flags
        self._say({"event": "conf", "status": "OK", "flags": flags})

    def _subscribe(self, message: Message) -> None:
        room = self._stream.pace.most_subscriptions - (self._account is not None)
        opened = self._channels.subscribe(message, room=room)
        if opened is not None:
            acknowledgement, channel = opened
            self._say(acknowledgement)
            self._send(channel.id, channel.subscription.snapshot())

    def _authenticate(self, message: Message) -> None:
        stream = self._stream
        try:
            if self._account is not None:
                raise Refusal(refusals.AUTHENTICATION, "auth: dup")
            if stream.is_in_maintenance:
                raise Refusal(refusals.MAINTENANCE, "maintenance")
            if not stream.admits(self._peer):
                raise Refusal(refusals.RATE_LIMIT, "ratelimit: error")
            holder = authenticate(stream.keyring, message)
        except Refusal as refusal:
            self._record_authentication(message, refusal.reason)
            self._say(failed("auth", refusal))
            return
        self._record_authentication(message, "ok")
        cancels_orders = message.get("dms") == CANCELS_ORDERS
        wanted = Filter.read(message.get("filter"))
        channel = AccountChannel(stream, holder, wanted, cancels_orders=cancels_orders)
        stream.engine.desk.account(channel.account)
        # The nonce is used up from now on, whatever becomes of this process.
        stream.commit()
        self._account, self._gate.key = channel, channel.key
        stream.join(channel.account, self)
        self._say(accepted(holder, user_id(channel.account)))
        self._tell(channel.snapshots(), are_snapshots=True)

    def _record_authentication(self, message: Message, verdict: str) -> None:
        key, engine = message.get("apiKey"), self._stream.engine
        engine.ledger.record_input(
            engine.clock(),
            AUTHENTICATION_PATH,
            key if isinstance(key, str) else None,
            str(message.get("authNonce")),
            verdict,
        )

    def _unauthenticate(self) -> None:
        if self._account is None:
            self._say(failed("unauth", Refusal(NOT_AUTHENTICATED, "unauth: invalid")))
            return
        self._leave(self._account)
        self._say({"event": "unauth", "status": "OK", "chanId": ACCOUNT_ID})

    def _leave(self, channel: AccountChannel) -> None:
        self._stream.leave(channel.account, self)
        self._account = self._gate.key = None

    def _take_input(self, message: list[Any]) -> None:
        channel = self._account
        try:
            if channel is None:
                raise Refusal(refusals.AUTHENTICATION, "auth: invalid")
            Inputs(self._stream, channel, self).take(message)
        except Refusal as refusal:
            self._refuse({}, refusal)
            return
        self._tell(channel.due())

    def _refuse(self, message: Message, refusal: Refusal) -> None:
        self._stream.miss(self._gate.key, STREAM_PATH, message)
        symbol = message.get("symbol")
        pair = {"pair": symbol.removeprefix("t")} if isinstance(symbol, str) else {}
        told = {"event": "error", "msg": refusal.reason, "code": refusal.code}
        self._say(message | told | pair)

    def _say(self, members: Message) -> None:
        self.outgoing.append(dumps(members))

    def _topic(self, channel_id: int) -> Topic | None:
        if channel_id == ACCOUNT_ID:
            return ACCOUNT if self._account else None
        return self._channels.topic(channel_id)

    def _send(self, channel_id: int, payload: str) -> None:
        if not self._gate.silences(self._topic(channel_id), payload):
            self.outgoing.append(self._framing.public(channel_id, payload))

    def _tell(self, frames: Iterable[Frame], *, are_snapshots: bool = False) -> None:
        for frame in frames:
            if not self._gate.silences(ACCOUNT, frame.payload):
                self.outgoing.append(self._framing.account(frame, is_snapshot=are_snapshots))


def _reject(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
