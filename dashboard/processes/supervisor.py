"""One process that starts the others, brings back those that die, and takes all with it."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any

from django.db import connections

from dashboard.processes.children import run_child

STOP_SECONDS = 5.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
HEALTHY_SECONDS = 10.0
TICK_SECONDS = 0.1
logger = logging.getLogger(__name__)
# Forking is safe here because the supervisor has no thread and no event loop.
processes: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


@dataclass(slots=True)
class Child:
    """One process to keep alive, and how soon it may be started again."""

    name: str
    process: BaseProcess | None = None
    started: float = 0.0
    not_before: float = 0.0
    pause: float = SHORTEST_PAUSE

    def start(self) -> None:
        connections.close_all()  # a connection must not be shared across a fork
        process: BaseProcess = processes.Process(
            target=run_child, args=(self.name, os.getpid()), name=f"tidewatch {self.name}"
        )
        process.start()
        self.process = process
        self.started = time.monotonic()

    def bury(self) -> None:
        """Note a death; one that comes soon after the start makes the next start wait longer."""
        assert self.process is not None  # noqa: S101 - only the living can die
        code = self.process.exitcode
        lived = time.monotonic() - self.started
        self.pause = SHORTEST_PAUSE if lived > HEALTHY_SECONDS else self.pause * 2
        self.pause = min(self.pause, LONGEST_PAUSE)
        self.not_before = time.monotonic() + self.pause
        self.process.close()
        self.process = None
        logger.warning("%s ended (exit code %s); starting it again", self.name, code)


@dataclass(slots=True)
class Supervisor:
    """Keeps `children` running until a signal comes; `on_tick` is called ten times a second."""

    children: list[Child]
    on_tick: Callable[[], None]
    is_stopping: bool = field(default=False)

    def run(self) -> None:
        with self.signals():
            try:
                while not self.is_stopping:
                    self.start_due()
                    self.on_tick()
                    self.await_deaths()
            finally:
                self.stop_all()

    def start_due(self) -> None:
        for child in self.children:
            if child.process is None and time.monotonic() >= child.not_before:
                child.start()

    def await_deaths(self) -> None:
        living = {child.process.sentinel: child for child in self.children if child.process}
        for sentinel in wait(list(living), timeout=TICK_SECONDS):
            child = living[sentinel]  # type: ignore[index]
            assert child.process is not None  # noqa: S101 - it is in `living`
            child.process.join()
            if not self.is_stopping:
                child.bury()

    def stop_all(self) -> None:
        """Stop the children, last started first, so that none misses another while it ends."""
        for child in reversed(self.children):
            if child.process is not None:
                child.process.terminate()
                child.process.join(STOP_SECONDS)
            if child.process is not None and child.process.is_alive():
                child.process.kill()
                child.process.join()

    @contextlib.contextmanager
    def signals(self) -> Iterator[None]:
        def stop(number: int, frame: object) -> None:
            self.is_stopping = True

        wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, stop) for number in wanted}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
