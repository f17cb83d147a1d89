"""Names for processes by which others on the host can tell that one is gone."""

from __future__ import annotations

import os
import socket
from pathlib import Path

PROC = Path("/proc")
"""Where Linux tells about its processes; other systems have nothing there."""


def identity(pid: int | None = None, proc: Path = PROC) -> str:
    """Name a process (by default this one) by host, number and, where known, starting time."""
    pid = os.getpid() if pid is None else pid
    return f"{socket.gethostname()} {pid} {_started(pid, proc)}"


def is_gone(name: str, proc: Path = PROC) -> bool:
    """Tell whether the process so named has surely ended. One of another host never has."""
    host, _, pid = name.rpartition(" ")[0].rpartition(" ")
    return host == socket.gethostname() and identity(int(pid), proc) != name


def _started(pid: int, proc: Path) -> str:
    """Return the kernel's ticks at the start; "gone" once ended, "" where the kernel won't say."""
    if not proc.joinpath("self").exists():
        return "" if _is_running(pid) else "gone"
    try:
        # The name in parentheses may hold spaces; the state is the first word after it.
        words = proc.joinpath(str(pid), "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "gone"
    return "gone" if words[0] in "ZX" else words[19]


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as error:
        # A process of someone else may not be sent signals, but it is there.
        return not isinstance(error, ProcessLookupError)
    return True
