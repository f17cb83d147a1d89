"""H7: one hostile page after another, while its neighbours are timed."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.product.hostile_frames import (
    KINDS,
    PING,
    WATCH,
    Address,
    Neighbour,
    attack,
    frame,
    percentile,
)
from tests.product.running import Tidewatch

NEIGHBOURS = 3
SILENT = 10
SETTLE_SECONDS = 2
KIB_A_PAGE = 4
FLUSH_MS = 33  # the hub writes no more often, so that nobody sees less than that
# The order in which the supervisor starts them.
CHILDREN = ("paper", "web", "worker")


@dataclass(slots=True)
class Found:
    """What attacks did to the web process, and to those who looked at prices meanwhile.

    in_peace, attacked: how long each message to them was under way, in milliseconds.
    """

    frames: int = 0
    doors: int = 0
    rss_kib: int = 0
    tracebacks: int = 0
    in_peace: list[float] = field(default_factory=list)
    attacked: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def p99s(self) -> tuple[float, float]:
        return percentile(self.in_peace, 0.99), percentile(self.attacked, 0.99)


def address_of(tidewatch: Tidewatch) -> Address:
    link = tidewatch.fresh_link().removeprefix(tidewatch.url)
    _, headers, _ = tidewatch.get(link)
    return Address(tidewatch.port, headers["set-cookie"].partition(";")[0])


def web_pid(tidewatch: Tidewatch) -> int:
    return sorted(tidewatch.children())[CHILDREN.index("web")]


def rss_kib(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * KIB_A_PAGE


def try_hostile_pages(tidewatch: Tidewatch, frames: int, rounds: int = 1) -> Found:
    """Time the neighbours while every kind of frame comes in turn, and as long in peace."""
    address, pid = address_of(tidewatch), web_pid(tidewatch)
    each = -(-frames // len(KINDS) // rounds)
    found = Found()
    with contextlib.ExitStack() as stack:
        near = [stack.enter_context(Neighbour(address).reading()) for _ in range(NEIGHBOURS)]
        stack.enter_context(silent_pages(address))
        time.sleep(SETTLE_SECONDS)
        before = rss_kib(pid)
        for _ in range(rounds):
            forget(near)
            began = time.monotonic()
            sent, doors = attack(address, each)
            ended = time.monotonic()
            found.frames, found.doors = found.frames + sent, found.doors + doors
            found.attacked += forget(near)
            time.sleep(ended - began)
            found.in_peace += forget(near)
        found.rss_kib = rss_kib(pid) - before
        found.problems = [one.problem for one in near if one.problem]
    found.tracebacks = tidewatch.output.count("Traceback")
    return found


def forget(near: list[Neighbour]) -> list[float]:
    """Take away what the neighbours have noted so far."""
    late = []
    for one in near:
        noted, one.late = one.late, []
        late += noted
    return late


@contextlib.contextmanager
def silent_pages(address: Address) -> Iterator[None]:
    """Pages that take nothing of what they asked for, and whose pings nobody can answer."""
    with contextlib.ExitStack() as stack:
        for _ in range(SILENT):
            page = stack.enter_context(address.opened())
            page.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            page.sendall(frame(WATCH) + frame(b"p" * 125, PING) * 150)
        yield
