"""WebSocket framing around a session, by the sans-I/O half of `websockets`."""

from __future__ import annotations

from typing import cast

from websockets.frames import Frame, Opcode
from websockets.http11 import Request as Handshake
from websockets.protocol import State
from websockets.server import ServerProtocol

from exchange.paper.network.outlet import Outlet
from exchange.paper.stream.sessions import Session

_LONGEST_MESSAGE = 64 * 1024


class Socket:
    """One client of the stream."""

    def __init__(self, session: Session, outlet: Outlet) -> None:
        # No extensions: the real server does not compress either.
        self._protocol = ServerProtocol(max_size=_LONGEST_MESSAGE)
        self._outlet = outlet
        self._parts: list[bytes] = []
        self.session = session

    def receive(self, data: bytes) -> None:
        """Take in bytes, the handshake's included, and answer."""
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Handshake):
                self._protocol.send_response(self._protocol.accept(event))
            else:
                self._take(cast(Frame, event))
        self._write()

    def flush(self) -> None:
        """Send what is new; a client that is idle or whose key is gone is cut without a goodbye.

        Source: live probe of September 2026, which saw no close frame.
        """
        self.session.flush()
        self._write()
        if self.session.is_over:
            self.abort()

    def abort(self) -> None:
        """Cut the connection."""
        self._outlet.abort()

    def _take(self, frame: Frame) -> None:
        self.session.heard()
        if frame.opcode not in (Opcode.TEXT, Opcode.CONT):
            return
        self._parts.append(bytes(frame.data))
        if frame.fin:
            text = b"".join(self._parts).decode(errors="replace")
            self._parts.clear()
            self.session.receive(text)

    def _write(self) -> None:
        if self._protocol.state is State.OPEN:
            for text in self.session.take_outgoing():
                self._protocol.send_text(text.encode())
        chunks = self._protocol.data_to_send()
        if chunks:
            self._outlet.push(b"".join(chunks))
        if b"" in chunks:
            # The protocol's way to say that this side is done.
            self._outlet.close()
