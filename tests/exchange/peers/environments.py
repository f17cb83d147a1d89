"""Clients, each in a virtual environment of its own, made when first needed.

What is installed stands in NAME.txt beside this file, resolved from NAME.in:
uv pip compile NAME.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url
    --no-header -o NAME.txt
exchange.txt is our own client's, with the versions of the whole (-c ../../../requirements.txt).
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[3] / ".cache" / "peers"
UV = Path(sys.executable).with_name("uv")


def locked(name: str) -> Path:
    """The file that says what belongs into a client's environment."""
    return Path(__file__).with_name(f"{name}.txt")


def version(name: str) -> str:
    """The version of a client that we compare ourselves with."""
    found = re.search(rf"^{re.escape(name)}==(\S+)", locked(name).read_text(), re.MULTILINE)
    assert found is not None
    return found[1]


def python(name: str) -> Path:
    """The interpreter of a client's environment, which is complete when this returns."""
    return made(name, FOLDER / f"{name}-{version(name)}")


def own_python() -> Path:
    """The interpreter of an environment with what `exchange` needs by itself and nothing else."""
    return made("exchange", FOLDER / "exchange")


def made(name: str, environment: Path) -> Path:
    """Install what a lock file lists, unless it is there, and return the interpreter."""
    interpreter, installed = environment / "bin" / "python", environment / "installed"
    wanted = hashlib.sha256(locked(name).read_bytes() + sys.version.encode()).hexdigest()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not installed.exists() or installed.read_text() != wanted:
            run(UV, "venv", "--quiet", "--clear", "--python", sys.executable, environment)
            install = ("pip", "install", "--quiet", "--require-hashes", "--python", interpreter)
            run(UV, *install, "-r", locked(name))
            installed.write_text(wanted)
    return interpreter


def run(*command: Path | str) -> None:
    """Run a command; what it complains about is in the failure's text."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
