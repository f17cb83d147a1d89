"""The client by itself, with no more installed than its page says."""

from __future__ import annotations

import subprocess

from tests.exchange.peers import environments

IMPORT_ALL = """
import sys
from importlib import import_module
from pathlib import Path
import exchange
for name in exchange.__all__:
    getattr(exchange, name)
root = Path(exchange.__file__).parent
for path in root.rglob("*.py"):
    parts = path.relative_to(root.parent).with_suffix("").parts
    # The paper exchange, and what leads it by the real one's prices, need h11 besides.
    if not {"paper", "mirror"} & set(parts):
        import_module(".".join(parts))
print(*sorted({name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)))
"""


def test_the_client_needs_three_libraries_and_what_they_need():
    done = subprocess.run(
        [environments.own_python(), "-c", IMPORT_ALL],
        cwd=environments.FOLDER.parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    asked = set(environments.locked("exchange").with_suffix(".in").read_text().split())

    assert asked == {"msgspec", "requests", "websockets"}
    assert asked <= set(done.stdout.split())


def test_its_lock_file_has_the_versions_of_the_whole():
    root = environments.FOLDER.parents[1]
    own = pins(environments.locked("exchange").read_text())
    whole = pins((root / "requirements.txt").read_text())

    assert own
    assert own <= whole


def pins(text: str) -> set[str]:
    return {line.split()[0] for line in text.splitlines() if "==" in line and line[0].isalpha()}
