"""Rate limits per address and family of methods, with the ban that follows a breach."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable

WINDOW_MS = 60_000
BAN_MS = 60_000

# Calls a minute. Source: the limit stated on each method's page of the Bitfinex docs, 2026-10,
# and where none is (v1) what a long-lived client paces itself by; each line is counted apart.
_FAMILIES = (
    (90, r"/v2/ticker/.*"),
    (30, r"/v2/tickers"),
    (90, r"/v2/conf/.*"),
    (240, r"/v2/book/.*"),
    (15, r"/v2/trades/.*"),
    (15, r"/v2/stats1/.*"),
    (30, r"/v2/candles/.*"),
    (30, r"/v2/platform/status"),
    (90, r"/v2/status/.*"),
    (3, r"/v2/liquidations/.*"),
    (90, r"/v2/auth/r/wallets"),
    (90, r"/v2/auth/r/orders(/[^/]*)?"),
    (90, r"/v2/auth/r/orders(/[^/]*)?/hist"),
    (90, r"/v2/auth/r/order/.*"),
    (90, r"/v2/auth/r/trades.*"),
    (90, r"/v2/auth/r/ledgers.*"),
    (90, r"/v2/auth/r/positions.*"),
    (90, r"/v2/auth/r/summary"),
    (90, r"/v2/auth/r/permissions"),
    (45, r"/v2/auth/r/alerts"),
    (90, r"/v2/auth/w/order/submit"),
    (90, r"/v2/auth/w/order/update"),
    (90, r"/v2/auth/w/order/cancel"),
    (90, r"/v2/auth/w/order/cancel/multi"),
    (90, r"/v2/auth/w/order/multi"),
    (90, r"/v2/auth/w/alert/set"),
    (90, r"/v2/auth/w/alert/.*/del"),
    (10, r"/v2/auth/w/deposit/address"),
    (30, r"/v1/pubticker/.*"),
    (5, r"/v1/symbols"),
    (5, r"/v1/symbols_details"),
    (10, r"/v1/balances"),
    (1, r"/v1/orders/hist"),
    (90, r"/v1/order/.*"),
    # The docs state 10 to 90 for each other method of v1, and not which for which.
    (45, r"(?P<method>/v1/[a-z_/]{1,40})"),
    # New connections of the stream, and authentications on it: in a quarter of a minute.
    # Source: Bitfinex docs, "Requirements and limitations"; live probes of September 2026.
    (20, r"/ws/2"),
    (5, r"/ws/2/auth"),
)
_WINDOWS_MS = {r"/ws/2/auth": 15_000}
_COMPILED = tuple((limit, re.compile(pattern)) for limit, pattern in _FAMILIES)
_EVERYWHERE = "*"


class RateLimits:
    """Count calls; an address that oversteps one limit is shut out everywhere for a minute.

    clock gives milliseconds. Paths without a stated limit are free. While not counting, only the
    bans that somebody asks for are in force.
    """

    def __init__(self, clock: Callable[[], int], *, is_counting: bool = True) -> None:
        self._clock = clock
        self._is_counting = is_counting
        self._calls: dict[tuple[str, str], deque[int]] = {}
        self._banned_until: dict[tuple[str, str], int] = {}

    def allows(self, peer: str, path: str) -> bool:
        """Count a call and tell whether it may go on."""
        if not self._is_counting and not self._banned_until:
            return True
        limit, family = _family(path)
        if self._is_banned(peer, family):
            return False
        return not family or self._count(peer, limit, family)

    def ban(self, peer: str, milliseconds: int = BAN_MS, path: str = "") -> None:
        """Shut an address out: everywhere, or only from the family of one path."""
        until = self._clock() + milliseconds
        self._banned_until[peer, _family(path)[1] if path else _EVERYWHERE] = until

    def pardon(self) -> None:
        """End all bans."""
        self._banned_until.clear()

    def _is_banned(self, peer: str, family: str) -> bool:
        now_ms = self._clock()
        return any(
            now_ms < self._banned_until.get((peer, where), 0) for where in (_EVERYWHERE, family)
        )

    def _count(self, peer: str, limit: int, family: str) -> bool:
        if not self._is_counting:
            return True
        now_ms, window_ms = self._clock(), _WINDOWS_MS.get(family, WINDOW_MS)
        calls = self._calls.setdefault((peer, family), deque())
        while calls and calls[0] <= now_ms - window_ms:
            calls.popleft()
        if len(calls) >= limit:
            self._banned_until[peer, _EVERYWHERE] = now_ms + BAN_MS
            return False
        calls.append(now_ms)
        return True


def _family(path: str) -> tuple[int, str]:
    for limit, pattern in _COMPILED:
        if found := pattern.fullmatch(path):
            return limit, found.groupdict().get("method", pattern.pattern)
    return 0, ""
