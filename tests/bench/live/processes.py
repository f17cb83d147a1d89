"""What a server's processes have used so far, told by Linux's /proc to the nanosecond."""

from __future__ import annotations

import os
from pathlib import Path

PAGE_KIB = os.sysconf("SC_PAGE_SIZE") / 1024


def family(pid: int) -> list[int]:
    """Return a process and all that it has started and that still run."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def cpu_microseconds(pid: int) -> float:
    """Return the processor time that a process and its children have used."""
    files = (f for each in family(pid) for f in Path(f"/proc/{each}/task").glob("*/schedstat"))
    return sum(int(file.read_text().split()[0]) for file in files) / 1000


def memory_kib(pid: int) -> float:
    """Return the resident memory of a process and its children."""
    pages = (Path(f"/proc/{each}/statm").read_text().split()[1] for each in family(pid))
    return sum(map(int, pages)) * PAGE_KIB
