"""Open pages without a browser."""

from __future__ import annotations

from dashboard.live.hub import Hub
from dashboard.live.wire import Packet


class Page:
    """A page, and the wire to it, that remember what was written.

    `waiting` is what it has not read; a page that `is_stuck` takes nothing more.
    """

    def __init__(self, user_id: int = 1) -> None:
        self.user_id = user_id
        self.session_key = ""
        self.written: list[str] = []
        self.packets: list[Packet] = []
        self.is_gone = False
        self.is_stuck = False
        self.is_cut_off = False
        self.waiting = 0
        self.wire = self

    def put(self, packet: Packet) -> bool:
        if self.is_gone:
            raise ConnectionError
        if self.is_stuck:
            return False
        self.queue(packet)
        return True

    def queue(self, packet: Packet) -> None:
        self.packets.append(packet)
        self.written.extend(text.decode() for text in packet.texts)

    def waiting_bytes(self) -> int:
        return self.waiting

    def abort(self) -> None:
        self.is_cut_off = True

    async def close(self, code: int) -> None:
        self.written.append(f"closed {code}")

    @property
    def text(self) -> str:
        return "".join(self.written)


async def opened(hub: Hub, *topics: str, user_id: int = 1) -> Page:
    """Return a page that looks at these topics, its first messages read and forgotten."""
    page = Page(user_id)
    hub.join(page)
    await hub.watch(page, frozenset(topics))
    page.written.clear()
    page.packets.clear()
    return page
