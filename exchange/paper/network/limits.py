"""Rate limits per address and family of methods, with the ban that follows a breach."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable

WINDOW_MS = 60_000
BAN_MS = 60_000

# Calls a minute. Source: the limit stated on each method's page of the Bitfinex docs, 2026-10.
_FAMILIES = (
    (90, r"/v2/ticker/.*"),
    (30, r"/v2/tickers"),
    (90, r"/v2/conf/.*"),
    (240, r"/v2/book/.*"),
    (15, r"/v2/trades/.*"),
    (30, r"/v2/platform/status"),
    (90, r"/v2/auth/r/wallets"),
    (90, r"/v2/auth/r/orders.*"),
    (90, r"/v2/auth/r/order/.*"),
    (90, r"/v2/auth/r/trades.*"),
    (90, r"/v2/auth/r/summary"),
    (90, r"/v2/auth/r/permissions"),
    (90, r"/v2/auth/w/order/submit"),
    (90, r"/v2/auth/w/order/cancel"),
    (30, r"/v1/pubticker/.*"),
    (5, r"/v1/symbols"),
    (5, r"/v1/symbols_details"),
    (10, r"/v1/balances"),
    (90, r"/v1/order/.*"),
    # New connections of the public stream. Source: live probes of September 2026.
    (20, r"/ws/2"),
)
_COMPILED = tuple((limit, re.compile(pattern)) for limit, pattern in _FAMILIES)


class RateLimits:
    """Count calls; an address that oversteps one limit is shut out everywhere for a minute.

    clock gives milliseconds. Paths without a stated limit are free.
    """

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._calls: dict[tuple[str, int], deque[int]] = {}
        self._banned_until: dict[str, int] = {}

    def allows(self, peer: str, path: str) -> bool:
        """Count a call and tell whether it may go on."""
        now_ms = self._clock()
        if now_ms < self._banned_until.get(peer, 0):
            return False
        for family, (limit, pattern) in enumerate(_COMPILED):
            if pattern.fullmatch(path):
                return self._count(peer, family, limit, now_ms)
        return True

    def _count(self, peer: str, family: int, limit: int, now_ms: int) -> bool:
        calls = self._calls.setdefault((peer, family), deque())
        while calls and calls[0] <= now_ms - WINDOW_MS:
            calls.popleft()
        if len(calls) >= limit:
            self._banned_until[peer] = now_ms + BAN_MS
            return False
        calls.append(now_ms)
        return True
