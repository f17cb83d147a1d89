"""Array frames as they leave a socket: with the counters and the time its client has asked for.

Source: Bitfinex docs, "WebSocket General", configuration flags; for the account's second counter
the exchange's own client for Node.js, which audits it.
"""

from __future__ import annotations

from collections.abc import Callable

from exchange.paper.stream.account.frames import Frame

TIMESTAMP = 32_768
SEQUENCE = 65_536
CHECKSUM = 131_072
BULK_UPDATES = 536_870_912

ACCOUNT_ID = 0
HEARTBEAT = '"hb"'


class Framing:
    """Write one socket's frames. clock gives epoch milliseconds."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._public = 0
        self._account = 0
        self.flags = 0

    def public(self, channel_id: int, payload: str) -> str:
        """Write a frame of a public channel."""
        return self._framed(channel_id, payload, self._next() if self._is_counted else "")

    def heartbeat(self) -> str:
        """Write the account's sign of life, which its own counter does not count."""
        return self.public(ACCOUNT_ID, HEARTBEAT)

    def account(self, frame: Frame, *, is_snapshot: bool = False) -> str:
        """Write a frame of the account's channel."""
        tail = ""
        if self._is_counted:
            self._account += not (is_snapshot or frame.is_notification)
            tail = "" if frame.is_answer else self._next()
            tail += f",{0 if is_snapshot else self._account}"
        return self._framed(ACCOUNT_ID, f'"{frame.code}",{frame.payload}', tail)

    @property
    def _is_counted(self) -> bool:
        return bool(self.flags & SEQUENCE)

    def _next(self) -> str:
        self._public += 1
        return f",{self._public}"

    def _framed(self, channel_id: int, payload: str, tail: str) -> str:
        if self.flags & TIMESTAMP:
            tail += f",{self._clock()}"
        return f"[{channel_id},{payload}{tail}]"
