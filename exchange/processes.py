"""Names for processes by which others on the host can tell that one is gone."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def identity(pid: int | None = None) -> str:
    """Name a process (by default this one) by host, number and, where known, starting time."""
    pid = os.getpid() if pid is None else pid
    return f"{socket.gethostname()} {pid} {_started(pid)}"


def is_gone(name: str) -> bool:
    """Tell whether the process so named has surely ended. A process of another host never has."""
    host, _, rest = name.rpartition(" ")[0].rpartition(" ")
    if host != socket.gethostname():
        return False
    return identity(int(rest)) != name or not _is_running(int(rest))


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _started(pid: int) -> str:
    """Return the kernel's ticks at the start; "gone" once ended, "" where the kernel won't say."""
    try:
        # The name in parentheses may hold spaces; the state is the first word after it.
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "gone" if Path("/proc/self/stat").exists() else ""
    return "gone" if words[0] in "ZX" else words[19]
