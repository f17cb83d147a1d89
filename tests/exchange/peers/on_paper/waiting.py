"""Waiting for what happens in another process."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(fact: Callable[[], bool], seconds: float = 20) -> None:
    give_up = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < give_up
        time.sleep(0.02)
