"""Clients, each in an environment of its own, made when first needed.

What is installed for Python stands in NAME.txt beside this file, resolved from NAME.in:
uv pip compile NAME.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url
    --no-header -o NAME.txt
exchange.txt is our own client's, with the versions of the whole (-c ../../../requirements.txt).

What is installed for Node.js stands in NAME/package-lock.json, resolved from package.json:
npm install --package-lock-only --omit-lockfile-registry-resolved
Version 9.1.0 asks for a bfx-api-node-rest that npm does not have. It gets the newest there is,
which lacks a filter for ledgers and the cancelling of requests that take too long.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = HERE.parents[2] / ".cache" / "peers"
UV = Path(sys.executable).with_name("uv")
NODE_CLIENT = "bitfinex-api-node"


def locked(name: str, folder: Path = HERE) -> Path:
    """The file that says what belongs into a client's environment."""
    return folder / f"{name}.txt"


def version(name: str, folder: Path = HERE) -> str:
    """The version of a client that we compare ourselves with."""
    text = locked(name, folder).read_text()
    found = re.search(rf"^{re.escape(name)}==(\S+)", text, re.MULTILINE)
    assert found is not None
    return found[1]


def python(name: str, folder: Path = HERE) -> Path:
    """The interpreter of a client's environment, which is complete when this returns.

    folder: where its lock file lies.
    """
    return made(name, FOLDER / f"{name}-{version(name, folder)}", locked(name, folder))


def own_python() -> Path:
    """The interpreter of an environment with what `exchange` needs by itself and nothing else."""
    return made("exchange", FOLDER / "exchange", locked("exchange"))


def made(name: str, environment: Path, lock: Path) -> Path:
    """Install what a lock file lists, unless it is there, and return the interpreter."""
    interpreter = environment / "bin" / "python"

    def install() -> None:
        run(UV, "venv", "--quiet", "--clear", "--python", sys.executable, environment)
        install = ("pip", "install", "--quiet", "--require-hashes", "--python", interpreter)
        run(UV, *install, "-r", lock)

    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    once(name, environment, wanted, install)
    return interpreter


def node_modules() -> Path:
    """The packages of the client for Node.js, complete when this returns."""
    environment = FOLDER / NODE_CLIENT
    manifests = [HERE / NODE_CLIENT / name for name in ("package.json", "package-lock.json")]

    def install() -> None:
        shutil.rmtree(environment, ignore_errors=True)
        environment.mkdir()
        for manifest in manifests:
            shutil.copy(manifest, environment)
        quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")
        run("npm", "ci", *quiet, "--prefix", environment)

    wanted = hashlib.sha256(b"".join(manifest.read_bytes() for manifest in manifests)).hexdigest()
    once(NODE_CLIENT, environment, wanted, install)
    return environment / "node_modules"


def once(name: str, environment: Path, wanted: str, install: Callable[[], None]) -> None:
    """Install unless it is there already; two test runs at once install one after the other."""
    installed = environment / "installed"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not installed.exists() or installed.read_text() != wanted:
            install()
            installed.write_text(wanted)


def run(*command: Path | str) -> None:
    """Run a command; what it complains about is in the failure's text."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr or done.stdout
