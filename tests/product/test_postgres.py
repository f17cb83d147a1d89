"""What machines share, on the database that they share: the same tests, on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.product.running import ROOT
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
