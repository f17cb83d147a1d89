"""The bench's own C programs, compiled by gcc when they are first needed or have changed."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.bench.measuring import ROOT

FOLDER = ROOT / ".cache" / "bench"


def compiled(name: str) -> Path:
    """Return the program made of NAME.c beside this file."""
    source, program = Path(__file__).with_name(f"{name}.c"), FOLDER / name
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["gcc", "-O2", "-o", str(program), str(source)], check=True)
    return program
