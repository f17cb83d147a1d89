"""How connections to PostgreSQL are kept: for nobody would meet one that a request left behind.

Each request has a thread of its own here, and connecting costs more than most pages ask for.
"""

from __future__ import annotations

from typing import Any


def try_again(pool: Any) -> None:
    """Go on trying to connect as long as somebody waits.

    By itself a psycopg pool tries ever more seldom, then never, until somebody else comes; a server
    that is back would not be seen by those who wait for it.
    """
    if pool.get_stats().get("requests_waiting"):
        pool.check()


POOL: dict[str, Any] = {
    "min_size": 1,
    "max_size": 40,  # of each process: more than it ever has requests or tasks at once
    "timeout": 5.0,
    "reconnect_timeout": 1.0,
    "reconnect_failed": try_again,
}
