"""Redis and PostgreSQL, started by the test run itself and gone with it."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.product.running import free_port, until

STOP_SECONDS = 10
PASSWORD = secrets.token_hex(8)


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """Run a Redis with nothing in it; gives its URL."""
    port = free_port()
    words = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--requirepass", PASSWORD]
    with stopped_at_end(
        subprocess.Popen([program("redis-server"), *words, "--loglevel", "warning"])
    ):
        until(lambda: answers(port), "Redis")
        yield f"redis://:{PASSWORD}@127.0.0.1:{port}/0"


@dataclass
class Postgres:
    """A running PostgreSQL server, and how to start it again. user: as whom it runs."""

    folder: Path
    port: int
    user: str | None
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgres://tidewatch:{PASSWORD}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        self.process = subprocess.Popen(
            [
                postgres_program("postgres"),
                *("-D", self.folder / "data", "-p", str(self.port), "-k", self.folder),
                *("-c", "fsync=off", "-c", "listen_addresses=127.0.0.1"),
                *("-c", "log_min_messages=fatal"),
            ],
            cwd=self.folder,
            user=self.user,
            group=self.user,
        )
        until(self.is_ready, "PostgreSQL")

    def is_ready(self) -> bool:
        """Tell whether it takes connections: after a crash it recovers first."""
        words = [postgres_program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(words).returncode == 0

    def crash(self) -> None:
        """End the server and all its sessions where they stand; its next start recovers."""
        assert self.process is not None
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(STOP_SECONDS)


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Run a PostgreSQL with an empty database; gives its URL."""
    with postgres_server() as server:
        yield server.url


@contextlib.contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Run a PostgreSQL with an empty database.

    It refuses to run as root, so there it runs as the user that its package made.
    """
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="tidewatch-postgres-") as folder:
        if user:
            shutil.chown(folder, user, user)
        (Path(folder) / "password").write_text(PASSWORD)
        Path(folder, "password").chmod(0o644)
        subprocess.run(
            [
                postgres_program("initdb"),
                *("--pgdata", Path(folder) / "data", "--username", "tidewatch"),
                *("--auth", "scram-sha-256", "--pwfile", Path(folder) / "password"),
                *("--no-sync", "--encoding", "UTF8"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            user=user,
            group=user,
        )
        server = Postgres(Path(folder), free_port(), user)
        try:
            server.start()
            yield server
        finally:
            stop(server.process)


@contextlib.contextmanager
def stopped_at_end(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes] | None) -> None:
    if process is None:
        return
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True


def program(name: str) -> str:
    found = shutil.which(name)
    assert found, f"{name} is missing: run `make test`, which installs it or says how"
    return found


def postgres_program(name: str) -> str:
    """Debian keeps the server's programs out of the path, by version."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(installed[-1]) if installed else program(name)
