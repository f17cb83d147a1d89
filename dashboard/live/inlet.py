"""What a browser may send, weighed frame by frame before anything of it is kept.

Daphne reads as fast as a browser sends, keeps every message until it is taken, and answers every
ping: one hostile page could fill the memory, and hold up all others for seconds. A page of ours
says a few short words a second. Like `wire`, this knows the inside of Daphne and autobahn; `wire`
looks at a connection before it trusts it to be as both know it.
"""

from __future__ import annotations

import time
from typing import Any

from dashboard.live.watching import LARGEST_FRAME

# Read from one browser in one turn of the loop, so that nobody's flood holds up the others.
READ_AT_ONCE = 4 * 1024
MOST_FRAMES = 100  # of messages, a second; at ten messages the door closes politely
MOST_SIGNALS = 200  # pings, pongs and closes, a second
MOST_PARTS = 64  # of one message; browsers never divide what is short
MOST_UNREAD = 64 * 1024  # with more than this before it, a ping stays unanswered
CONTINUATION, CLOSE = 0x0, 0x8
TOO_LARGE = 1009


class Inlet:
    """Stands before Daphne's protocol of one browser, and cuts off whoever sends too much."""

    __slots__ = ("begin", "frames", "parts", "protocol", "second", "signals", "transport")

    def __init__(self, protocol: Any) -> None:
        self.protocol = protocol
        self.transport = protocol.transport
        self.begin = protocol.onFrameBegin
        self.second = self.frames = self.signals = self.parts = 0

    def install(self) -> None:
        self.transport.bufferSize = READ_AT_ONCE
        self.protocol.onFrameBegin = self.frame_begins
        self.protocol.onPing = self.answer_ping

    def frame_begins(self) -> None:
        """Weigh a frame by its head; nothing of its payload has been taken in yet."""
        protocol = self.protocol
        frame = protocol.current_frame
        if self.is_flood(frame.opcode):
            # Autobahn then looks at nothing more of what has been read.
            protocol.dropConnection(abort=True)
            return
        if frame.length > LARGEST_FRAME and not protocol.failedByMe:
            protocol.failedByMe = True  # the payload comes all the same, and is not kept
            protocol.sendCloseFrame(code=TOO_LARGE)
        self.begin()

    def is_flood(self, opcode: int) -> bool:
        second = int(time.monotonic())
        if second != self.second:
            self.second, self.frames, self.signals = second, 0, 0
        if opcode >= CLOSE:
            self.signals += 1
            return self.signals > MOST_SIGNALS
        self.frames += 1
        self.parts = self.parts + 1 if opcode == CONTINUATION else 1
        return self.frames > MOST_FRAMES or self.parts > MOST_PARTS

    def answer_ping(self, payload: bytes) -> None:
        """Answer, unless the browser does not read: no answers may heap up for it."""
        transport = self.transport
        unread = len(transport.dataBuffer) - transport.offset + transport._tempDataLen
        if unread <= MOST_UNREAD and self.protocol.state == self.protocol.STATE_OPEN:
            self.protocol.sendPong(payload)
