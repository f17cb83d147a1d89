"""What machines share, on the database that they share: the same tests, on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.product.running import ROOT, own_environment
from tests.product.servers import postgres

SETTINGS = "--ds=tests.product.postgres_settings"
SHARED = ("test_nonces.py", "test_budgets.py")


@pytest.mark.timeout(180)
def test_nonces_and_the_rate_budget_hold_on_postgresql_too() -> None:
    files = [str(ROOT / "tests" / "dashboard" / "accounts" / name) for name in SHARED]
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
            env=own_environment(
                tmp_path,
                DATABASE_URL=url,
                REDIS_URL="redis://127.0.0.1:1",  # nobody asks it for anything here
                SECRET_KEY="made-up-for-a-test-" + "x" * 40,
            ),
            capture_output=True,
            text=True,
        )

    assert done.stdout.strip() == "15s", done.stderr
