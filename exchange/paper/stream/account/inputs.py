"""What a client may ask on channel 0: orders, figures, and words to its other sockets.

An order's input does what the REST method of the same purpose does, and is answered by the same
notification. Source: Bitfinex docs, "WebSocket Inputs"; recorded notifications of 2018 and 2024.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from exchange.paper.engine import Engine
from exchange.paper.fields import Fields
from exchange.paper.keys import KeyHolder
from exchange.paper.refusals import (
    AUTHENTICATION,
    GENERIC,
    MAINTENANCE,
    RATE_LIMIT,
    UNKNOWN_EVENT,
    Refusal,
)
from exchange.paper.rest import order_writes
from exchange.paper.rows import Row, refused_notification
from exchange.paper.stream.account.calculations import MOST_AT_ONCE
from exchange.paper.stream.account.channel import AccountChannel
from exchange.paper.stream.account.frames import notification_frame
from exchange.paper.stream.hub import STREAM_PATH, Listener, Stream

_WRITES: Mapping[str, Callable[[Engine, str, Fields], Row]] = {
    "on": order_writes.submit,
    "ou": order_writes.update,
    "oc": order_writes.cancel,
    "oc_multi": order_writes.cancel_many,
    "ox_multi": order_writes.many,
}
_FUNDING = ("fon", "foc")
_BROADCAST = "ucm-"


class Inputs:
    """Carry out what one socket asks of its account."""

    def __init__(self, stream: Stream, channel: AccountChannel, asking: Listener) -> None:
        self._stream = stream
        self._channel = channel
        self._asking = asking

    def take(self, message: list[Any]) -> None:
        """Do what an input says; what it changes is saved and told. Raises Refusal."""
        match message:
            case [0, str(code), _, payload]:
                verdict = self._take(code, payload)
            case _:
                raise Refusal(UNKNOWN_EVENT, "input: invalid")
        self._stream.engine.ledger.record_input(
            self._stream.engine.clock(),
            f"{STREAM_PATH}/{code}",
            self._channel.key,
            None,
            verdict,
        )
        self._stream.commit()

    def _take(self, code: str, payload: Any) -> str:
        holder = self._stream.keyring.find(self._channel.key, f"{STREAM_PATH}/{code}")
        if holder is None:
            raise Refusal(AUTHENTICATION, "apikey: invalid")
        if code in _WRITES or code in _FUNDING:
            return self._write(holder, code, payload)
        match code:
            case "calc":
                self._channel.ask(_names(payload))
            case "n":
                self._broadcast(payload)
            case _:
                raise Refusal(UNKNOWN_EVENT, "input: invalid")
        return "ok"

    def _write(self, holder: KeyHolder, code: str, payload: Any) -> str:
        """Do a write and tell all sockets of the account how it went; return the verdict."""
        fields = {"ops": payload} if code == "ox_multi" else payload
        verdict = "ok"
        try:
            row = self._written(holder, code, fields)
        except Refusal as refusal:
            verdict = refusal.reason
            self._stream.miss(self._channel.key, f"{STREAM_PATH}/{code}", fields)
            asked = order_writes.asked_row(fields) if isinstance(fields, Mapping) else None
            row = refused_notification(f"{code}-req", asked, verdict)
        row[0] = self._stream.engine.clock()
        self._stream.notify(self._channel.account, notification_frame(row))
        return verdict

    def _written(self, holder: KeyHolder, code: str, fields: Any) -> Row:
        if self._stream.is_in_maintenance:
            raise Refusal(MAINTENANCE, "maintenance")
        if not isinstance(fields, Mapping):
            raise Refusal(GENERIC, "order: invalid")
        if code in _FUNDING:
            raise Refusal(GENERIC, "offer: invalid")
        holder.require("orders", write=True)
        row = _WRITES[code](self._stream.engine, self._channel.account, fields)
        if code == "on":
            # A list of orders over REST is a single one here.
            row[4] = row[4][0]
        return row

    def _broadcast(self, payload: Any) -> None:
        """Hand a note to the user's other sockets."""
        match payload:
            case {"type": str(kind), "info": info} if kind.startswith(_BROADCAST):
                row = [self._stream.engine.clock(), kind, None, None, info, None, None, None]
            case _:
                raise Refusal(GENERIC, "notification: invalid")
        self._stream.notify(self._channel.account, notification_frame(row), but=self._asking)


def _names(payload: Any) -> list[str]:
    if not isinstance(payload, list):
        raise Refusal(UNKNOWN_EVENT, "input: invalid")
    if len(payload) > MOST_AT_ONCE:
        raise Refusal(RATE_LIMIT, "ratelimit: error")
    names = [item[0] for item in payload if isinstance(item, list) and item]
    return [name for name in names if isinstance(name, str)]
