"""What all sockets of the stream share, and who listens to which account."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

from exchange.paper.engine import Engine
from exchange.paper.faults.conditions import DelistedPair
from exchange.paper.faults.planting import Faults, Place
from exchange.paper.keys import Keyring
from exchange.paper.stream.account.bulletins import Bulletin, Bulletins
from exchange.paper.stream.account.frames import Frame
from exchange.paper.stream.feeds import Feeds
from exchange.paper.stream.subscriptions import Pace
from exchange.paper.trading.desk import Changes

STREAM_PATH = "/ws/2"


class Listener(Protocol):
    """A socket that hears of an account."""

    def hear(self, bulletin: Bulletin) -> None:
        """Take in what the account has to be told."""


def _nothing() -> None:
    """Save nothing: there is no storage."""


def _anybody(peer: str) -> bool:
    return True


@dataclass(slots=True)
class Stream:
    """What all sockets share. now_ms is a clock that only runs forward, for what is due when.

    While muted, everything any session says is lost. commit saves what a client's input has
    changed, and then publishes it. admits counts an address's authentications and tells whether
    there may be one more.
    """

    engine: Engine
    now_ms: Callable[[], int]
    pace: Pace = field(default_factory=Pace)
    keyring: Keyring = field(kw_only=True)
    commit: Callable[[], None] = _nothing
    admits: Callable[[str], bool] = _anybody
    faults: Faults = field(default_factory=Faults)
    feeds: Feeds = field(default_factory=Feeds)
    server_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    channel_ids: Iterator[int] = field(default_factory=lambda: count(100_003, 7))
    is_muted: bool = False
    is_in_maintenance: bool = False
    _listeners: dict[str, list[Listener]] = field(default_factory=dict, init=False)
    _bulletins: Bulletins = field(init=False)

    def __post_init__(self) -> None:
        self._bulletins = Bulletins(self.engine.desk)

    def publish(self, changes: Changes) -> None:
        """Tell those who listen what became of accounts; it has been saved already."""
        self.feeds.liquidations.note(changes)
        for account, bulletin in self._bulletins.compose(changes, self._listeners).items():
            for listener in self._listeners[account]:
                listener.hear(bulletin)

    def notify(self, account: str, frame: Frame, *, but: Listener | None = None) -> None:
        """Tell all sockets of an account something that changes nothing."""
        for listener in self._listeners.get(account, ()):
            if listener is not but:
                listener.hear(Bulletin([frame]))

    def miss(self, key: str | None, path: str, asked: object) -> None:
        """Count for the pairs that are off the lists what was refused and names them."""
        if self.faults:
            self.faults.strike(DelistedPair, Place(key=key, path=path, text=str(asked)))

    def join(self, account: str, listener: Listener) -> None:
        """Let a socket hear of an account from now on."""
        self._listeners.setdefault(account, []).append(listener)

    def leave(self, account: str, listener: Listener) -> None:
        """Let a socket hear no more of an account."""
        listeners = self._listeners[account]
        listeners.remove(listener)
        if not listeners:
            del self._listeners[account]
