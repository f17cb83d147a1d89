"""WebSocket v2 without a socket: text in, events out; no clock, no waiting, no logging.

One protocol serves one connection and ends with it.

    protocol = StreamProtocol()
    socket.send(protocol.subscribe(Channel.ticker("tBTCUSD")))
    for event in protocol.receive(socket.recv()): ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from exchange import rows, wire
from exchange.credentials import Credentials
from exchange.errors import DecodeError, NotAuthenticated
from exchange.signing import ws_auth
from exchange.stream import account_feed, calculations, events
from exchange.stream.account_events import AuthenticationRefused
from exchange.stream.account_feed import AccountFeed
from exchange.stream.audit import Audit
from exchange.stream.channels import ACCOUNT, Channel
from exchange.stream.events import Flag
from exchange.stream.feeds import Feed, feed_of

_SUBSCRIBED_TWICE = 10301
_NOTICES: dict[int, type[events.Restarting | events.MaintenanceStarted | events.Resumed]] = {
    20051: events.Restarting,
    20060: events.MaintenanceStarted,
    20061: events.Resumed,
}
_ACCOUNT_ID = 0
# All open orders are cancelled when the socket ends ("dead man's switch").
_CANCEL_ON_DISCONNECT = 4


class StreamProtocol:
    """Understand one connection's messages and write those to send.

    Remembers which channel has which number, the books, the sequence and the latest trades.
    """

    def __init__(self) -> None:
        self._feeds: dict[int, Feed] = {}
        self._audit = Audit()
        self._readers: dict[str, Callable[[dict[str, Any]], events.Event]] = {
            "info": _info,
            "conf": self._configured,
            "auth": self._authenticated,
            "subscribed": self._subscribed,
            "unsubscribed": self._unsubscribed,
            "error": self._refused,
            "pong": _pong,
        }

    # To send

    def configure(self, flags: int) -> str:
        """Ask for the `Flag`s: a sequence on every frame, checksums of books."""
        return _text({"event": "conf", "flags": int(flags)})

    def subscribe(self, channel: Channel) -> str:
        """Ask for a channel; Subscribed or SubscriptionRefused answers."""
        return _text({"event": "subscribe", **channel.wire()})

    def unsubscribe(self, channel: Channel) -> str | None:
        """End a channel; None where it is not (or not yet) subscribed to."""
        for channel_id, feed in self._feeds.items():
            if feed.channel == channel and channel is not ACCOUNT:
                return _text({"event": "unsubscribe", "chanId": channel_id})
        return None

    def ping(self, ping_id: int) -> str:
        """Ask for a sign of life; Pong answers."""
        return _text({"event": "ping", "cid": ping_id})

    def authenticate(
        self,
        credentials: Credentials,
        nonce: str,
        *,
        filters: Iterable[str] = (),
        cancels_orders: bool = False,
    ) -> str:
        """Ask for the account's channel; Authenticated or AuthenticationRefused answers.

        filters: "trading", "trading-tBTCUSD", "funding", "wallet", "wallet-exchange-BTC", "algo",
        "balance", "notify"; none means all. cancels_orders: all open orders of the account are
        cancelled when this socket ends, whatever ends it.
        Source: Bitfinex docs, WebSocket authentication.
        """
        message = ws_auth(credentials, nonce)
        if chosen := list(filters):
            message["filter"] = chosen
        if cancels_orders:
            message["dms"] = _CANCEL_ON_DISCONNECT
        return _text(message)

    @property
    def is_authenticated(self) -> bool:
        """Whether the exchange has taken our key on this socket."""
        return _ACCOUNT_ID in self._feeds

    def calculate(self, names: Iterable[str]) -> str:
        """Ask for figures by their names in `calculations`.

        Raises NotAuthenticated before the exchange has taken our key, and ValueError for more
        than it computes at once.
        """
        wanted = [[name] for name in names]
        if len(wanted) > calculations.PER_REQUEST:
            raise ValueError(f"{len(wanted)} calculations in one request")
        if not self.is_authenticated:
            raise NotAuthenticated("this socket is not authenticated")
        return _text([_ACCOUNT_ID, "calc", None, wanted])

    # Received

    def receive(self, text: str | bytes) -> list[events.Event]:
        """Return what a message means, in order; often one event, sometimes several.

        Raises DecodeError for anything that is not of the documented form; what was known stays
        known, and the protocol may go on receiving.
        """
        # Only the checksums of books need the characters that came.
        is_account = text[:3] in ("[0,", b"[0,")
        message = wire.loads(text) if is_account else wire.loads_raw(text)
        if type(message) is list:
            return self._receive_frame(message)
        if isinstance(message, dict):
            return [self._receive_event(message)]
        raise DecodeError(f"neither an event nor a frame: {text[:80]!r}")

    def _receive_event(self, message: dict[str, Any]) -> events.Event:
        name = message.get("event")
        if not isinstance(name, str):
            raise DecodeError(f"an event without a name: {str(message)[:80]}")
        reader = self._readers.get(name)
        return reader(message) if reader else events.Ignored(f"event {name[:40]}")

    def _configured(self, message: dict[str, Any]) -> events.Event:
        flags = _optional_int(message.get("flags"))
        if message.get("status") == "OK" and flags is not None and flags >= 0:
            self._audit.expect(Flag(flags))
            return events.Configured(self._audit.flags, is_accepted=True)
        return events.Configured(self._audit.flags, is_accepted=False)

    def _authenticated(self, message: dict[str, Any]) -> events.Event:
        if message.get("status") != "OK":
            code = _optional_int(message.get("code"))
            return AuthenticationRefused(ACCOUNT, code, str(message.get("msg", "")))
        event = account_feed.authenticated(message)
        self._feeds[_ACCOUNT_ID] = AccountFeed()
        return event

    def _subscribed(self, message: dict[str, Any]) -> events.Event:
        channel_id, channel = _channel_id(message), Channel.from_wire(message)
        if channel is None:
            return events.Ignored(f"subscribed to an unknown channel {channel_id}")
        self._feeds[channel_id] = feed_of(channel)
        return events.Subscribed(channel, channel_id)

    def _unsubscribed(self, message: dict[str, Any]) -> events.Event:
        channel_id = _channel_id(message)
        feed = self._feeds.pop(channel_id, None)
        if feed is None:
            return events.Ignored(f"unsubscribed from an unknown channel {channel_id}")
        return events.Unsubscribed(feed.channel)

    def _refused(self, members: dict[str, Any]) -> events.Event:
        code, reason = _optional_int(members.get("code")), str(members.get("msg", ""))
        if code == _SUBSCRIBED_TWICE or members.get("chanId") is not None:
            # The first subscription stands, or an unsubscription came too late.
            return events.Ignored(f"{reason} ({code})")
        channel = Channel.from_wire(members)
        if channel is None:
            return events.ServerError(code, reason)
        return events.SubscriptionRefused(channel, code, reason)

    def _receive_frame(self, frame: list[Any]) -> list[events.Event]:
        broken = self._audit.take(frame)
        if broken is not None:
            return [broken]
        if len(frame) < 2 or type(frame[0]) is not int:
            raise DecodeError(f"a frame without a channel: {str(frame)[:80]}")
        channel_id = frame.pop(0)
        feed = self._feeds.get(channel_id)
        if feed is None:
            # Sent before our unsubscription reached the exchange.
            return [events.Ignored(f"a frame of unknown channel {channel_id}")]
        return feed.receive(frame)


def _text(message: dict[str, Any] | list[Any]) -> str:
    return wire.dumps(message).decode()


def _optional_int(value: Any) -> int | None:
    return value if type(value) is int else None


def _channel_id(message: dict[str, Any]) -> int:
    channel_id = _optional_int(message.get("chanId"))
    if channel_id is None:
        raise DecodeError(f"no channel number: {str(message)[:80]}")
    return channel_id


@rows.decodes
def _pong(message: dict[str, Any]) -> events.Event:
    told = rows.optional_time_ms(message.get("ts"))
    return events.Pong(_optional_int(message.get("cid")), told)


def _info(message: dict[str, Any]) -> events.Event:
    code = _optional_int(message.get("code"))
    if code is not None:
        return _NOTICES[code]() if code in _NOTICES else events.Ignored(f"info {code}")
    if message.get("version") != 2:
        raise DecodeError(f"a stream of another version: {str(message)[:80]}")
    server_id, platform = message.get("serverId"), message.get("platform")
    status = platform.get("status") if isinstance(platform, dict) else None
    return events.Connected(
        server_id if isinstance(server_id, str) else None, is_operative=status != 0
    )
