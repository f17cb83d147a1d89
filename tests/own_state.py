"""Give the test run a state folder of its own, before any settings are read.

Loaded by `-p tests.own_state`, so nothing in the project's own `var/` or in the user's
configuration folder is ever touched by a test.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = Path(tempfile.mkdtemp(prefix="tidewatch-test-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

for name in ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "EXCHANGE", "PORT", "SECRET_KEY"):
    os.environ.pop(name, None)
os.environ["DJANGO_SETTINGS_MODULE"] = "dashboard.settings"
os.environ["TIDEWATCH_HOME"] = str(_folder / "home")
os.environ["TIDEWATCH_KEY_FILE"] = str(_folder / "config" / "sealing-keys")
(_folder / "home" / "static").mkdir(parents=True)
