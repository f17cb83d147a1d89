"""Know that no frame of a socket is missing: the counters that SEQ_ALL adds. No I/O."""

from __future__ import annotations

from typing import Any

from exchange.errors import DecodeError
from exchange.stream.events import Flag, SequenceBroken

# Short texts ("n", "hb") that the account's frames begin with, after their channel number.
_NOTIFICATION = "n"
_HEARTBEAT = "hb"


class Audit:
    """Take the time stamp and the counters off frames, and check that these only count up.

    One counter runs over all frames of the socket. The account's frames carry a second one, last,
    which notifications repeat instead of raising; those that answer a request lack the first.
    Source: Bitfinex docs, WebSocket configuration, and the exchange's own client for Node.js.
    """

    def __init__(self) -> None:
        self.expect(Flag(0))
        self._public = 0
        self._account: int | None = None

    def expect(self, flags: Flag) -> None:
        """Take the frames from now on as these flags make them."""
        self.flags = flags
        # Asked of every frame, and slow to ask of the flags themselves.
        self._is_stamped = Flag.TIMESTAMP in flags
        self._is_counted = Flag.SEQ_ALL in flags

    def take(self, frame: list[Any]) -> SequenceBroken | None:
        """Take off the frame what the flags added to it, and return what is wrong with that.

        Raises DecodeError where it is missing.
        """
        if self._is_stamped:
            _counter(frame)
        if not self._is_counted:
            return None
        if len(frame) > 2 and frame[0] == 0 and frame[1] != _HEARTBEAT:
            return self._take_account(frame)
        found = _counter(frame)
        if found == self._public + 1:
            self._public = found
            return None
        return SequenceBroken(self._public + 1, found)

    def _take_account(self, frame: list[Any]) -> SequenceBroken | None:
        is_notification = frame[1] == _NOTIFICATION
        account, broken = _counter(frame), None
        if not is_notification or len(frame) > 3:
            broken = self._next_public(_counter(frame))
        return broken or self._next_account(account, is_notification)

    def _next_public(self, found: int) -> SequenceBroken | None:
        expected = self._public + 1
        if found != expected:
            return SequenceBroken(expected, found)
        self._public = found
        return None

    def _next_account(self, found: int, is_notification: bool) -> SequenceBroken | None:
        # It is 0 until the snapshots are through, and may start anywhere.
        if found == 0 or self._account is None:
            self._account = found or None
            return None
        expected = self._account if is_notification else self._account + 1
        if found != expected:
            return SequenceBroken(expected, found)
        self._account = found
        return None


def _counter(frame: list[Any]) -> int:
    if not frame or type(frame[-1]) is not int:
        raise DecodeError(f"a frame without its sequence: {str(frame)[:80]}")
    return frame.pop()  # type: ignore[no-any-return]
