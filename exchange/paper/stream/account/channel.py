"""Channel 0 of one socket: what it hears of its account, and when."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from exchange.paper.keys import KeyHolder
from exchange.paper.stream.account.bulletins import Bulletin
from exchange.paper.stream.account.calculations import CalculationQueue, calculated
from exchange.paper.stream.account.filters import Filter
from exchange.paper.stream.account.frames import Frame
from exchange.paper.stream.account.snapshots import snapshots
from exchange.paper.stream.hub import STREAM_PATH, Stream


class AccountChannel:
    """Choose what one socket is told of the account whose key it has shown.

    cancels_orders: all orders of the account are to be cancelled when the socket ends.
    """

    def __init__(
        self, stream: Stream, holder: KeyHolder, wanted: Filter, *, cancels_orders: bool
    ) -> None:
        self._stream = stream
        self._wanted = wanted
        self._queue = CalculationQueue(stream.pace.calculations_a_second)
        self._charged: deque[tuple[int, Frame]] = deque()
        self._heartbeat_due_ms = stream.now_ms() + stream.pace.heartbeat_ms
        self._holder: KeyHolder | None = holder
        self.key = holder.key.key
        self.account = holder.key.owner
        self.cancels_orders = cancels_orders

    @property
    def is_revoked(self) -> bool:
        """True once the key was found to be gone."""
        return self._holder is None

    def refresh(self) -> None:
        """See what the key is now: it may have been revoked, or given other permissions."""
        keyring = self._stream.keyring
        # A fault that takes the key away counts once, not at every look.
        self._holder = keyring.look(self.key, STREAM_PATH) or keyring.find(self.key, STREAM_PATH)

    def snapshots(self) -> Iterator[Frame]:
        """Yield what the account is like now."""
        found = snapshots(self._stream.engine, self.account, self._wanted)
        return (frame for frame in found if self._may_read(frame))

    def hear(self, bulletin: Bulletin) -> Iterator[Frame]:
        """Yield what is to be told at once; fees are kept for a moment."""
        due_ms = self._stream.now_ms() + self._stream.pace.charged_ms
        self._charged.extend((due_ms, frame) for frame in bulletin.charged)
        return (frame for frame in bulletin.frames if self._passes(frame))

    def ask(self, names: Iterable[str]) -> None:
        """Have figures worked out; they come with what is due."""
        self._queue.ask(names)

    def due(self) -> Iterator[Frame]:
        """Yield what the clock brings: fees of fills, and figures whose turn it is."""
        now_ms = self._stream.now_ms()
        while self._charged and self._charged[0][0] <= now_ms:
            frame = self._charged.popleft()[1]
            if self._passes(frame):
                yield frame
        for name in self._queue.due(now_ms):
            computed = calculated(self._stream.engine, self.account, name)
            # What was asked for by name comes whatever the filter says.
            if computed is not None and self._may_read(computed):
                yield computed

    def takes_heartbeat(self) -> bool:
        """Tell whether a sign of life is due, once each time."""
        if self._stream.now_ms() < self._heartbeat_due_ms:
            return False
        self._heartbeat_due_ms += self._stream.pace.heartbeat_ms
        return True

    def _passes(self, frame: Frame) -> bool:
        return self._wanted.admits(frame.topics) and self._may_read(frame)

    def _may_read(self, frame: Frame) -> bool:
        if self._holder is None or frame.scope is None:
            return self._holder is not None
        return bool(self._holder.key.permissions.get(frame.scope, (0, 0))[0])
