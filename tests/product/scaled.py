"""The scaled-out Tidewatch: the commands of docker-compose.yml, on real servers, without Docker."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.product.running import ROOT, Tidewatch, free_port, own_environment, until
from tests.product.servers import postgres, redis, stopped_at_end

PROGRAMS = Path(sys.executable).parent
OURS = ("prepare", "web", "worker", "relay", "beat", "paper")


def compose() -> dict[str, Any]:
    described: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return described


def command(service: str, changes: Mapping[str, str]) -> list[str]:
    """Return a service's command as it runs here: our programs, this machine's addresses."""
    program, *words = compose()["services"][service]["command"]
    return [str(PROGRAMS / program), *(changes.get(word, word) for word in words)]


class Scaled(Tidewatch):
    """The web process that a test talks to, and all the others behind it."""

    @property
    def output(self) -> str:
        return "".join(path.read_text() for path in sorted(self.home.glob("*.log")))

    def welcome_url(self) -> str:
        until(lambda: self.get("/health/live/")[0] == 200, "the web process", 60)
        return self.fresh_link()


@contextlib.contextmanager
def running_scaled(home: Path) -> Iterator[Scaled]:
    """Start two web processes, two relays, a worker, beat and the paper exchange."""
    with redis() as redis_url, postgres() as database_url, contextlib.ExitStack() as ended:
        port, paper_port = str(free_port()), str(free_port())
        environment = own_environment(
            home,
            PORT=port,
            PAPER_PORT=paper_port,
            PUBLIC_URL=f"http://localhost:{port}",
            REDIS_URL=redis_url,
            DATABASE_URL=database_url,
            SECRET_KEY="made-up-for-a-test-" + "x" * 40,
            PAPER_KEY="paper-key",
            PAPER_SECRET="paper-secret",
            STATIC_ROOT=str(home / "static"),
            C_FORCE_ROOT="1",
        )
        changes = {"0.0.0.0": "127.0.0.1", "8000": port, "/paper": str(home / "paper")}  # noqa: S104

        def start(service: str, name: str, **also: str) -> subprocess.Popen[bytes]:
            with (home / f"{name}.log").open("wb") as log:
                process = subprocess.Popen(
                    command(service, changes | also),
                    cwd=ROOT,
                    env=environment,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            ended.enter_context(stopped_at_end(process))
            return process

        manage = [sys.executable, "manage.py"]
        collect = [*manage, "collectstatic", "--no-input", "--verbosity", "0"]
        subprocess.run(collect, cwd=ROOT, env=environment, check=True)
        assert start("prepare", "prepare").wait(60) == 0, (home / "prepare.log").read_text()
        start("paper", "paper")
        web = start("web", "web-1")
        start("web", "web-2", **{"8000": str(free_port())})
        for name in ("worker", "beat"):
            start(name, name)
        start("relay", "relay-1")
        start("relay", "relay-2")
        yield Scaled(home, environment, web, time.monotonic())


def is_executable(word: str) -> bool:
    return os.access(PROGRAMS / word, os.X_OK)
