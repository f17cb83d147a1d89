"""Bytes of a WebSocket in, whole messages out; no I/O.

Source: RFC 6455, section 5. What a server sends is hardly ever anything but texts in one frame.
"""

from __future__ import annotations

from collections.abc import Callable

# The first byte says whether a frame is its message's last one, and what kind of frame it is.
_LAST = 0x80
_MORE, _TEXT, _BINARY, _CLOSE = 0x0, 0x1, 0x2, 0x8
_CONTROL = 0x8
_DATA = (_MORE, _TEXT, _BINARY)
_KIND, _RESERVED = 0x0F, 0x70
_WHOLE_TEXT = _LAST | _TEXT
# The second byte is the length up to here, and beyond how many bytes the length itself takes. All
# higher ones mean a mask, which no server may use.
_SHORT = 125
_LENGTH_BYTES = {126: 2, 127: 8}
_SHORTEST = 2


class Cutter:
    """Cut messages out of the bytes of one connection.

    largest: the most bytes of a message. pass_on: called with each control frame (a ping, a pong,
    the end), whole; after the end there are no messages.
    """

    def __init__(self, largest: int, pass_on: Callable[[bytes], None]) -> None:
        self._largest = largest
        self._pass_on = pass_on
        self._held: list[bytes] = []
        self._missing = _SHORTEST
        self._message: bytearray | None = None
        self._is_over = False

    def cut(self, data: bytes) -> list[bytes]:
        """Return the messages that are complete with this.

        Raises ValueError for what no server may send, and for what is too large.
        """
        self._missing -= len(data)
        self._held.append(data)
        # A large message comes in many pieces, which are put together once.
        if self._missing > 0 or self._is_over:
            return []
        whole = b"".join(self._held)
        messages: list[bytes] = []
        rest = self._cut(whole, messages)
        self._held = [whole[rest:]]
        return messages

    def _cut(self, data: bytes, messages: list[bytes]) -> int:
        """Add the messages and return where the first frame begins that is not complete."""
        at, size, needed = 0, len(data), _SHORTEST
        while at + _SHORTEST <= size and not self._is_over:
            start, length = at + _SHORTEST, data[at + 1]
            if length > _SHORT:
                start, length = self._long(data, start, length)
            end = start + length
            if end > size:
                needed = end - at
                break
            if data[at] == _WHOLE_TEXT and self._message is None:
                messages.append(data[start:end])
            else:
                self._take(data[at:end], data[start:end], messages)
            at = end
        self._missing = needed - (size - at)
        return at

    def _long(self, data: bytes, start: int, code: int) -> tuple[int, int]:
        """Return where the content begins and its length, or a part of it while it is coming."""
        if code not in _LENGTH_BYTES:
            raise ValueError("a masked frame from a server")
        begin = start + _LENGTH_BYTES[code]
        length = int.from_bytes(data[start:begin], "big")
        if length > self._largest:
            raise ValueError(f"a frame of {length} bytes")
        return begin, length

    def _take(self, frame: bytes, content: bytes, messages: list[bytes]) -> None:
        """Take what is no text in one frame."""
        kind, is_last = frame[0] & _KIND, bool(frame[0] & _LAST)
        if kind & _CONTROL:
            self._is_over = kind == _CLOSE
            self._pass_on(frame)
        elif (
            frame[0] & _RESERVED or kind not in _DATA or (kind == _MORE) == (self._message is None)
        ):
            raise ValueError(f"a frame out of place: {frame[0]:#x}")
        else:
            self._join(content, messages, is_last=is_last)

    def _join(self, content: bytes, messages: list[bytes], *, is_last: bool) -> None:
        if self._message is None:
            self._message = bytearray()
        self._message += content
        if len(self._message) > self._largest:
            raise ValueError(f"a message of more than {self._largest} bytes")
        if is_last:
            messages.append(bytes(self._message))
            self._message = None
