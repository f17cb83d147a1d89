"""What machines share, on the database that they share: the same tests, on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.product.running import ROOT, own_environment
from tests.product.servers import postgres, postgres_server

SETTINGS = "--ds=tests.product.postgres_settings"
SHARED = (
    "accounts/test_nonces.py",
    "accounts/test_budgets.py",
    "portfolio/test_turns.py",
    "orders/test_paging.py",
    "orders/test_listing.py",
)


def on_postgres(home: Path, url: str) -> dict[str, str]:
    return own_environment(
        home,
        DATABASE_URL=url,
        REDIS_URL="redis://127.0.0.1:1",  # nobody asks it for anything here
        SECRET_KEY="made-up-for-a-test-" + "x" * 40,
    )


@pytest.mark.timeout(180)
def test_what_processes_share_they_share_on_postgresql_too() -> None:
    files = [str(ROOT / "tests" / "dashboard" / name) for name in SHARED]
    with postgres() as url:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", SETTINGS, *files],
            cwd=ROOT,
            env=os.environ | {"TEST_DATABASE_URL": url},
            capture_output=True,
            text=True,
        )

    assert done.returncode == 0, done.stdout
    assert "test_budgets.py::test_the_clock_is_the_databases_own" in done.stdout
    assert "test_turns.py::" in done.stdout


@pytest.mark.timeout(120)
def test_what_a_vanished_machine_had_locked_is_free_again_soon(tmp_path: Path) -> None:
    """Its session stays open for hours, and the kill switch may wait for its lock."""
    ask = (
        "from django.db import connection as c; cursor = c.cursor(); "
        "cursor.execute('SHOW idle_in_transaction_session_timeout'); print(cursor.fetchone()[0])"
    )
    with postgres() as url:
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", ask],
            cwd=ROOT,
            env=on_postgres(tmp_path, url),
            capture_output=True,
            text=True,
        )

    assert done.stdout.strip() == "15s", done.stderr


ASK_TWICE = """
import threading, time
from django.db import connection
def ask():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    connection.close()
ask()
print("asked", flush=True)
input()
began = time.monotonic()
asking = threading.Thread(target=ask)
asking.start()
print("asking", flush=True)
asking.join()
print(f"{time.monotonic() - began:.2f}", flush=True)
"""


@pytest.mark.timeout(120)
def test_who_waits_for_a_dead_database_is_answered_soon_after_its_return(tmp_path: Path) -> None:
    with postgres_server() as server:
        asking = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", ASK_TWICE],
            cwd=ROOT,
            env=on_postgres(tmp_path, server.url),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert asking.stdout is not None
        assert asking.stdin is not None
        assert asking.stdout.readline() == "asked\n"
        server.crash()
        asking.stdin.write("\n")
        asking.stdin.flush()
        assert asking.stdout.readline() == "asking\n"
        died = time.monotonic()
        server.start()
        away = time.monotonic() - died
        told, complaints = asking.communicate(timeout=60)

    assert float(told) < away + 2.0, complaints
