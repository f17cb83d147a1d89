"""H12: ways to kill the feed, each begun and ended by hand on a running rig."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.person import Person
from tests.chaos.rig import WEBS, WORKERS, Rig

Fault = Callable[[Rig], AbstractContextManager[None]]


@contextlib.contextmanager
def closed(rig: Rig) -> Iterator[None]:
    """The connection ends with a FIN, and nobody accepts another."""
    with rig.proxy.refusing():
        rig.proxy.cut_streams("end")
        yield


@contextlib.contextmanager
def reset(rig: Rig) -> Iterator[None]:
    """The connection ends with a reset, and a firewall swallows every other."""
    with rig.proxy.swallowing():
        rig.proxy.cut_streams("reset")
        yield


@contextlib.contextmanager
def stopped(rig: Rig, *names: str) -> Iterator[None]:
    for name in names:
        rig.signal(name, signal.SIGSTOP)
    try:
        yield
    finally:
        for name in names:
            rig.signal(name, signal.SIGCONT)


@contextlib.contextmanager
def dead(rig: Rig, *names: str) -> Iterator[None]:
    """Processes are killed, and nothing starts them again before the end."""
    for name in names:
        rig.kill(name)
    try:
        yield
    finally:
        rig.start(*names)


@contextlib.contextmanager
def half_open(rig: Rig) -> Iterator[None]:
    """The exchange holds every connection open and says nothing more."""
    with stopped(rig, "paper"):
        yield


@contextlib.contextmanager
def muted(rig: Rig) -> Iterator[None]:
    """One channel is silent, its heartbeats included; its symbol's others go on."""
    with rig.exchange.fault("muted_channel", channel="book", subject="tBTCUSD", times=None):
        yield


@contextlib.contextmanager
def maintenance(rig: Rig) -> Iterator[None]:
    """The exchange says 20060, and at the end 20061; public data goes on meanwhile."""
    with rig.exchange.fault("maintenance"):
        yield


@contextlib.contextmanager
def maintenance_at_connect(rig: Rig) -> Iterator[None]:
    """The exchange is in maintenance, and says so only to those who connect."""
    with rig.exchange.fault("maintenance", announced=False):
        rig.proxy.cut_streams("end")
        yield
    rig.exchange.call("POST", "/announce", {"code": 20061, "text": "Maintenance ended"})


@contextlib.contextmanager
def paused_relay(rig: Rig) -> Iterator[None]:
    with stopped(rig, *WORKERS):
        yield


@contextlib.contextmanager
def dead_relays(rig: Rig) -> Iterator[None]:
    """F84: both relays are killed, and nobody starts another."""
    with dead(rig, *WORKERS):
        yield


@contextlib.contextmanager
def dead_web(rig: Rig) -> Iterator[None]:
    with dead(rig, *WEBS):
        yield


@contextlib.contextmanager
def paused_web(rig: Rig) -> Iterator[None]:
    with stopped(rig, *WEBS):
        yield


@contextlib.contextmanager
def dead_layer(rig: Rig) -> Iterator[None]:
    """The channel layer's folder is gone, and a file in its place lets nobody make another."""
    folder = layer_folder(rig)
    shutil.rmtree(folder)
    folder.touch()
    try:
        yield
    finally:
        folder.unlink()


def layer_folder(rig: Rig) -> Path:
    return Path(rig.manage("shell", "-c", PRINT_FOLDER).split()[-1])


PRINT_FOLDER = "from django.conf import settings; print(settings.LOCAL_LAYER_FOLDER)"


def at_once(rig: Rig) -> bool:
    return True


def relay_leads(rig: Rig) -> bool:
    """Tell whether one of the workers that were started holds the lease by now."""
    lease = Path(rig.environment["TIDEWATCH_HOME"]) / "paper" / "relay.lease"
    with lease.open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def web_answers(rig: Rig) -> bool:
    with contextlib.suppress(OSError):
        return Person([rig.ports[WEBS[0]]]).visit("/health/live/").status == 200
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a feed can die. has_returned: when what died is there again, after the fault's end.

    is_web: the machine's own answer dies with it. is_one: only one symbol's figures are dead, the
    link as a whole is not.
    """

    name: str
    fault: Fault
    has_returned: Callable[[Rig], bool] = at_once
    is_web: bool = False
    is_one: bool = False


WAYS = (
    Way(name="connection closed", fault=closed),
    Way(name="connection reset", fault=reset),
    Way(name="half-open connection", fault=half_open),
    Way(name="one muted channel", fault=muted, is_one=True),
    Way(name="paused relays", fault=paused_relay),
    Way(name="dead relays", fault=dead_relays, has_returned=relay_leads),
    Way(name="dead channel layer", fault=dead_layer),
    Way(name="dead web process", fault=dead_web, has_returned=web_answers, is_web=True),
    Way(name="paused web process", fault=paused_web, is_web=True),
    Way(name="maintenance", fault=maintenance),
    Way(name="maintenance at connect", fault=maintenance_at_connect),
)
