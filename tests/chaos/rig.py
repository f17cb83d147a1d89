"""The product as it runs for people: two web processes, two workers, beat, the paper exchange.

Between the product and the exchange lies a proxy, for what no exchange can do to a connection.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.chaos.hands import Hands
from tests.chaos.person import Person
from tests.chaos.proxy import Proxy
from tests.product.running import ROOT, free_port, own_environment, until
from tests.product.scaled import PROGRAMS, command
from tests.product.servers import Postgres, postgres_server, redis

STOP_SECONDS = 10
READY_SECONDS = 90
WEBS = ("web-1", "web-2")
WORKERS = ("worker-1", "worker-2")
KEY = "paper-key"
SECRET = "canary-in-the-paper-secret"
LOCAL = "127.0.0.1"


@dataclass
class Rig:
    """The running processes by name. ports: where the web processes listen."""

    folder: Path
    environment: dict[str, str]
    ports: dict[str, int]
    exchange: Hands
    proxy: Proxy
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    changes: dict[str, dict[str, str]] = field(default_factory=dict)
    # No two presses on a rig have one amount.
    amounts: Iterator[int] = field(default_factory=lambda: count(1_000))
    # None where the database is a file.
    database: Postgres | None = None

    @property
    def kill_points(self) -> Path:
        return Path(self.environment["CHAOS_KILL_POINTS"])

    def person(self) -> Person:
        """Sign in with a browser of one's own."""
        person = Person(list(self.ports.values()), secret=SECRET)
        person.sign_in(self.manage("welcome").split()[-1])
        return person

    def manage(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout

    def start(self, *names: str) -> None:
        """Start processes that do not run, each writing on in its log."""
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    self._words(name),
                    cwd=ROOT,
                    env=self.environment | self.changes.get(name, {}),
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )

    def kill(self, name: str) -> None:
        """End a process as a power cut would."""
        self.processes[name].kill()
        self.processes[name].wait()

    def signal(self, name: str, number: signal.Signals) -> None:
        self.processes[name].send_signal(number)

    def restart(self, name: str) -> None:
        """Kill a process, if nothing else has, and start it again."""
        self.kill(name)
        self.start(name)
        self.await_ready(name)

    def is_dead(self, name: str) -> bool:
        return self.processes[name].poll() is not None

    def await_ready(self, *names: str) -> None:
        """Wait until web processes know live prices; the others need no waiting for."""
        for name in names:
            if name in self.ports:
                until(lambda name=name: self.is_live(name), f"{name} with prices", READY_SECONDS)  # type: ignore[misc]

    def is_live(self, name: str) -> bool:
        assert not self.is_dead(name), f"{name} ended: {self.log(name)[-2000:]}"
        person = Person([self.ports[name]])
        return person.visit("/health/feed/").status == 200

    def log(self, name: str) -> str:
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def logs(self) -> dict[str, str]:
        return {name: self.log(name) for name in self.processes}

    def stop(self) -> None:
        """Stop everything, last started first."""
        for process in reversed(self.processes.values()):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
                process.terminate()
        for process in self.processes.values():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _words(self, name: str) -> list[str]:
        service = name.partition("-")[0]
        if service == "paper":
            return self._paper_words()
        changes = {"0.0.0.0": LOCAL, "8000": str(self.ports.get(name, 0))}  # noqa: S104
        words = command(service, changes)
        # Each worker can relay; the lease says which one does.
        return [*words, "--relay"] if service == "worker" else words

    def _paper_words(self) -> list[str]:
        return [
            *(sys.executable, "manage.py", "paper", "--admin", "--port", str(self.exchange.port)),
            *("--key", KEY, "--secret", SECRET, "--state-folder", str(self.folder / "paper")),
            *("--ledger-file", str(self.folder / "ledger.jsonl")),
        ]


@contextlib.contextmanager
def running_rig(folder: Path, *, is_scaled: bool = False, **changes: str) -> Iterator[Rig]:
    """Start everything on SQLite and files, or on PostgreSQL and Redis; wait for live prices."""
    with contextlib.ExitStack() as ended:
        shared, database = {}, None
        if is_scaled:
            database = ended.enter_context(postgres_server())
            shared = {
                "REDIS_URL": ended.enter_context(redis()),
                "DATABASE_URL": database.url,
            }
        exchange = Hands(free_port())
        proxy = ended.enter_context(Proxy(exchange.port))
        ports = {name: free_port() for name in WEBS}
        environment = own(folder, proxy, ports) | shared | changes
        rig = Rig(folder, environment, ports, exchange, proxy, database=database)
        ended.callback(rig.stop)
        rig.kill_points.mkdir()
        rig.manage("collectstatic", "--no-input", "--verbosity", "0")
        rig.manage("prepare")
        rig.start("paper")
        until(lambda: exchange.call("GET", ""), "the paper exchange", READY_SECONDS)
        rig.start(*WEBS, *WORKERS, "beat")
        rig.await_ready(*WEBS)
        yield rig


def own(folder: Path, proxy: Proxy, ports: dict[str, int]) -> dict[str, str]:
    """Return the environment that all processes of a rig share."""
    return own_environment(
        folder,
        PORT=str(ports[WEBS[0]]),
        PUBLIC_URL=f"http://localhost:{ports[WEBS[0]]}",
        PAPER_PORT=str(proxy.port),
        SECRET_KEY="made-up-for-a-test-" + "x" * 40,
        PAPER_KEY=KEY,
        PAPER_SECRET=SECRET,
        STATIC_ROOT=str(folder / "static"),
        CHAOS_KILL_POINTS=str(folder / "kill-points"),
        C_FORCE_ROOT="1",
        # No two amounts are the same, so this asks about those only that a row means.
        GUARD_AGAIN_SECONDS="60",
        PATH=f"{PROGRAMS}:{os.environ['PATH']}",
    )
