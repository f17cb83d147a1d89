"""Redis and PostgreSQL, started by the test run itself and gone with it."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
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


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Run a PostgreSQL with an empty database; gives its URL.

    It refuses to run as root, so there it runs as the user that its package made.
    """
    port = free_port()
    account = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="tidewatch-postgres-") as folder:
        if account:
            shutil.chown(folder, **account)
        data = Path(folder) / "data"
        (Path(folder) / "password").write_text(PASSWORD)
        Path(folder, "password").chmod(0o644)
        subprocess.run(
            [
                postgres_program("initdb"),
                *("--pgdata", data, "--username", "tidewatch", "--auth", "scram-sha-256"),
                *("--pwfile", Path(folder) / "password", "--no-sync", "--encoding", "UTF8"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **account,
        )
        server = subprocess.Popen(
            [
                postgres_program("postgres"),
                *("-D", data, "-p", str(port), "-k", folder, "-c", "fsync=off"),
                *("-c", "listen_addresses=127.0.0.1", "-c", "log_min_messages=fatal"),
            ],
            cwd=folder,
            **account,
        )
        with stopped_at_end(server):
            until(lambda: answers(port), "PostgreSQL")
            yield f"postgres://tidewatch:{PASSWORD}@127.0.0.1:{port}/postgres"


@contextlib.contextmanager
def stopped_at_end(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
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
