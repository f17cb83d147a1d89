"""Tidewatch itself, started as its users start it, with a state folder and ports of its own."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).parents[2]
READY = re.compile(r"^Tidewatch is ready: (\S+)$", re.MULTILINE)
READY_SECONDS = 60
STOP_SECONDS = 20
Fact = TypeVar("Fact")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(fact: Callable[[], Fact | None], what: str, seconds: float = 20) -> Fact:
    """Return the fact as soon as there is one; fail with `what` was waited for."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if found := fact():
                return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {what}")


def own_environment(home: Path, **changes: str) -> dict[str, str]:
    """Return the environment of a Tidewatch that shares nothing with any other."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    return kept | {
        "TIDEWATCH_HOME": str(home / "state"),
        "TIDEWATCH_KEY_FILE": str(home / "config" / "sealing-keys"),
        "PORT": str(free_port()),
        "PAPER_PORT": str(free_port()),
        **changes,
    }


@dataclass
class Tidewatch:
    """A started `manage.py up`."""

    home: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes]
    started: float

    @property
    def port(self) -> int:
        return int(self.environment["PORT"])

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def output(self) -> str:
        return (self.home / "output").read_text()

    def welcome_url(self) -> str:
        """Wait for the line that says it is ready, and return its link."""

        def link() -> str | None:
            if self.process.poll() is not None:
                raise AssertionError(f"it ended with {self.process.returncode}:\n{self.output}")
            found = READY.findall(self.output)
            return found[-1] if found else None

        return until(link, "the ready line", READY_SECONDS)

    def children(self) -> set[int]:
        """Return the processes that the supervisor has started and that live."""
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return {int(pid) for pid in tasks.read_text().split() if is_alive(int(pid))}

    def fresh_link(self) -> str:
        return self.manage("welcome").split()[-1]

    def manage(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Ask the web process; returns status, headers and body."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            link.request("GET", path, headers={"Host": f"localhost:{self.port}", **headers})
            answer = link.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            link.close()

    def feed(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.get("/health/feed/")[2])
        return found

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def start(home: Path, **changes: str) -> Tidewatch:
    home.mkdir(parents=True, exist_ok=True)
    environment = own_environment(home, **changes)
    with (home / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return Tidewatch(home, environment, process, time.monotonic())


@contextlib.contextmanager
def running(home: Path, **changes: str) -> Iterator[Tidewatch]:
    """Start Tidewatch, and stop it as Ctrl-C does."""
    tidewatch = start(home, **changes)
    try:
        yield tidewatch
    finally:
        tidewatch.stop()
