"""`manage.py up`: everything on this machine, under one process."""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import os
import socket
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from dashboard.accounts.services import new_welcome_url
from dashboard.celery import declare_queues
from dashboard.markets.selectors import has_instruments
from dashboard.processes.preparation import prepare_database
from dashboard.processes.static_files import collect_if_changed
from dashboard.processes.supervisor import Child, Supervisor

# The children of a supervisor that was killed need a moment to notice.
PREDECESSOR_SECONDS = 8.0
MARKETS_SECONDS = 15.0


class Command(BaseCommand):
    help = "Start everything on this machine and print a sign-in link."
    # Checked by hand, once there is a database: the keys have to open what it holds.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DATABASE_URL:
            raise CommandError("`up` is for one machine; docker-compose.yml starts the rest.")
        os.umask(0o077)  # databases and queues are for this user alone
        claim_state_folder()
        require_free_port("PORT", settings.PORT)
        prepare_database()
        self.check(databases=["default"])
        names = ["web", "worker"]
        if settings.EXCHANGE == "paper":
            require_free_port("PAPER_PORT", settings.PAPER_PORT)
            names.insert(0, "paper")
        collect_if_changed()
        declare_queues()
        ready = ReadyLine(self, new_welcome_url())
        Supervisor([Child(name) for name in names], on_tick=ready.print_when_true).run()


class ReadyLine:
    """Says once that the first page can be opened: the web process answers, markets are known."""

    def __init__(self, command: BaseCommand, url: str) -> None:
        self.command = command
        self.url = url
        self.is_printed = False
        self.answered: float | None = None

    def print_when_true(self) -> None:
        if self.is_printed or not self.has_answered():
            return
        self.is_printed = True
        connections.close_all()
        self.command.stdout.write(f"Tidewatch is ready: {self.url}")
        self.command.stdout.flush()

    def has_answered(self) -> bool:
        """Markets are waited for a moment only: without them the pages say what is missing."""
        if self.answered is None:
            self.answered = time.monotonic() if web_answers() else None
            return False
        return has_instruments() or time.monotonic() - self.answered > MARKETS_SECONDS


def web_answers() -> bool:
    link = http.client.HTTPConnection("127.0.0.1", settings.PORT, timeout=2)
    try:
        link.request("GET", "/health/live/")
        return link.getresponse().status == 200
    except OSError:
        return False
    finally:
        link.close()


def claim_state_folder() -> None:
    """Refuse to run twice on one state folder; the lock lives as long as the children do."""
    path = settings.STATE_FOLDER / "supervisor.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + PREDECESSOR_SECONDS
    while True:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if time.monotonic() > deadline:
            raise CommandError(
                f"Tidewatch already runs on {settings.STATE_FOLDER}. Stop it first, or set "
                "TIDEWATCH_HOME to another folder."
            )
        time.sleep(0.2)


def require_free_port(name: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as exc:
            raise CommandError(
                f"Port {port} is taken by another program. Choose one: {name}=… make run"
            ) from exc
