"""Everybody who sends the same news to many browsers: how each is started and published to."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.bench.live.compiled import compiled
from tests.bench.measuring import ROOT
from tests.exchange.peers.peer import Peer
from tests.product.running import free_port, own_environment, until

HERE = Path(__file__).parent
DRIVING = ROOT / "tests" / "exchange" / "peers"
NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
worker_processes 1; worker_rlimit_nofile 10000;
events {{ worker_connections 8192; }}
http {{
  access_log off; client_body_temp_path {folder}/body; client_max_body_size 2m;
  client_body_buffer_size 2m;
  server {{
    listen 127.0.0.1:{port};
    location = / {{
      nchan_subscriber websocket; nchan_channel_id ticks;
      nchan_subscriber_first_message newest;
    }}
    location = /pub {{
      nchan_publisher; nchan_channel_id ticks; nchan_message_buffer_length 50;
    }}
  }}
}}
"""
OURS = "from django import setup; setup(); from dashboard.processes.children import web; web()"
SIGNED_IN = """
from dashboard.accounts.services import ensure_owner
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
owner, session = ensure_owner(), SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(owner.pk), owner.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session.save()
print(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
"""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running contender: where browsers connect, and who publishes to it."""

    port: int
    pid: int
    publisher: Peer
    path: str = "/"
    headers: str = ""
    is_ours: bool = field(default=False)


@contextmanager
def process(command: list[str], **details: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a program until the block ends."""
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **details
    ) as started:
        try:
            yield started
        finally:
            started.terminate()
            try:
                started.wait(5)
            except subprocess.TimeoutExpired:
                started.kill()


@contextmanager
def publisher(script: str, *arguments: str, **environment: str) -> Iterator[Peer]:
    paths = os.pathsep.join(map(str, (HERE, DRIVING, ROOT)))
    environment = os.environ | {"PYTHONPATH": paths} | environment
    command = [sys.executable, str(HERE / script), *arguments]
    with process(command, env=environment, cwd=ROOT) as started:
        yield Peer(started)


def answers_on(port: int) -> None:
    """Wait until a server listens."""

    def is_open() -> bool:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True

    until(is_open, f"a server on {port}", 30)


@lru_cache
def own_state(folder: Path) -> tuple[dict[str, str], str]:
    """Return the state that serves one web process of ours after the other: it is made once."""
    return new_state(folder)


def new_state(folder: Path, **changes: str) -> tuple[dict[str, str], str]:
    """Make a state folder for a web process of ours; returns its environment and a cookie."""
    environment = own_environment(folder, PAGES_A_PERSON="10000", **changes)
    managing = [sys.executable, "manage.py"]
    quiet: dict[str, Any] = {"cwd": ROOT, "env": environment, "check": True}
    subprocess.run([*managing, "prepare"], stdout=subprocess.DEVNULL, **quiet)
    static = [*managing, "collectstatic", "--noinput"]
    subprocess.run(static, stdout=subprocess.DEVNULL, **quiet)
    made = subprocess.run(
        [*managing, "shell", "--no-imports", "-c", SIGNED_IN],
        capture_output=True,
        text=True,
        **quiet,
    )
    return environment, made.stdout.strip()


@contextmanager
def ours(folder: Path) -> Iterator[Server]:
    """The product's own web process on Daphne, fed through its local layer."""
    environment, cookie = own_state(folder.parent)
    environment = environment | {"DJANGO_SETTINGS_MODULE": "dashboard.settings"}
    port = int(environment["PORT"])
    log = (folder / "web.log").open("w")
    with (
        log,
        process([sys.executable, "-c", OURS], cwd=ROOT, env=environment, stderr=log) as web,
        publisher("publish_ours.py", **environment) as relay,
    ):
        answers_on(port)
        headers = f"Origin: http://localhost:{port}\r\nCookie: {cookie}\r\n"
        yield Server(
            port=port, pid=web.pid, publisher=relay, path="/live/", headers=headers, is_ours=True
        )


@contextmanager
def with_desk(*command: str) -> Iterator[Server]:
    """Run a server that prints two ports: where browsers come, and where news do."""
    with process([*command]) as server:
        assert server.stdout is not None
        port, desk = server.stdout.readline().split()
        with publisher("publish_texts.py", "tcp", desk) as peer:
            yield Server(port=int(port), pid=server.pid, publisher=peer)


def floor(folder: Path) -> AbstractContextManager[Server]:
    """A loop of send() in C."""
    return with_desk(str(compiled("floor")))


def websockets(folder: Path) -> AbstractContextManager[Server]:
    return with_desk(sys.executable, str(HERE / "peer_websockets.py"))


@contextmanager
def group_send(folder: Path) -> Iterator[Server]:
    port, desk = str(free_port()), str(free_port())
    command = [sys.executable, "-m", "daphne", "-v", "0", "-p", port]
    environment = os.environ | {"PYTHONPATH": str(HERE), "PUBLISHER_PORT": desk}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    log = (folder / "group-send.log").open("w")
    with (
        log,
        process([*command, "peer_group_send:application"], env=environment, stderr=log) as server,
        publisher("publish_texts.py", "tcp", desk) as peer,
    ):
        answers_on(int(port))
        yield Server(port=int(port), pid=server.pid, publisher=peer)


@contextmanager
def nchan(folder: Path) -> Iterator[Server]:
    port = free_port()
    folder = folder / "nginx"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
    command = ["/usr/sbin/nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with (
        process([*command, "-e", str(folder / "start.log")]) as server,
        publisher("publish_texts.py", "http", str(port)) as peer,
    ):
        answers_on(port)
        yield Server(port=port, pid=server.pid, publisher=peer)


CONTENDERS = {
    "floor": floor,
    "ours": ours,
    "websockets broadcast": websockets,
    "nginx + nchan": nchan,
    "Channels group_send": group_send,
}


class Browsers:
    """Many browsers in one process of their own, which reads quickly and keeps the times."""

    def __init__(self, started: subprocess.Popen[str]) -> None:
        self._process = started

    def await_open(self) -> None:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line == "open\n", "not all browsers could connect"

    def reset(self) -> None:
        self._say("reset")

    def report(self) -> dict[str, int]:
        """Return what came since the last reset; times in microseconds."""
        self._say("report")
        assert self._process.stdout is not None
        found: dict[str, int] = json.loads(self._process.stdout.readline())
        return found

    def _say(self, word: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()


@contextmanager
def browsing(
    server: Server, count: int, folder: Path, watches: list[list[str]]
) -> Iterator[Browsers]:
    """Open `count` browsers, which take the watch-sets in turn where the server has such."""
    place = folder / f"browsers-{time.monotonic_ns()}"
    place.mkdir()
    (place / "headers").write_text(server.headers)
    said = "\n".join(json.dumps({"watch": topics}) for topics in watches)
    (place / "watches").write_text(said if server.is_ours else "")
    command = [str(compiled("reader")), str(server.port), str(count), server.path]
    with process([*command, str(place / "headers"), str(place / "watches")]) as started:
        browsers = Browsers(started)
        browsers.await_open()
        yield browsers
