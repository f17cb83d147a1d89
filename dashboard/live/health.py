"""What `/health/feed/` tells beyond one word: channels, the relay's counts, and the hub."""

from __future__ import annotations

import time
from typing import Any

from dashboard.live.events import ChannelAge, VitalsTold
from dashboard.live.hub import hub as live_hub
from dashboard.live.quotes import state_of


def relay(vitals: tuple[VitalsTold, int] | None) -> dict[str, Any] | None:
    """Return how the relay's link is, every age counted on to now; None before its first word."""
    if vitals is None:
        return None
    told, late_ms = vitals
    return {
        "heard_ms_ago": late_ms,
        "lease": told["number"],
        "last_frame_ms_ago": later(told["last_frame_age_ms"], late_ms),
        "last_poll_ms_ago": later(told["last_poll_age_ms"], late_ms),
        "failed_checksums": told["failed_checksums"],
        "reconnects": told["reconnects"],
        "dropped_flushes": told["dropped_flushes"],
        "channels": channels(told["channels"], late_ms),
    }


def channels(told: list[ChannelAge], late_ms: int) -> dict[str, Any]:
    """Return, by topic, how many channels are in each state, and the age of the most silent one.

    Not by market: nobody is asked who they are here, and what people look at is theirs.
    """
    found: dict[str, Any] = {}
    for name, age in told:
        age_ms = later(age, late_ms)
        topic = found.setdefault(name.partition(":")[0], {"oldest_ms": None, "states": {}})
        state = state_of(age_ms, is_streamed=True)
        topic["states"][state] = topic["states"].get(state, 0) + 1
        if age_ms is not None:
            topic["oldest_ms"] = max(age_ms, topic["oldest_ms"] or 0)
    return found


def later(age_ms: int | None, late_ms: int) -> int | None:
    return None if age_ms is None else age_ms + late_ms


def hub() -> dict[str, Any]:
    """Return how this web process fares with what the relay sends it."""
    flushed = live_hub.flushed_at
    return {
        "pages": len(live_hub.audience.sets),
        "topics": len(live_hub.audience.union()),
        "last_flush_ms_ago": None if flushed is None else ms_since(flushed),
        "flush_cost_ms": round(live_hub.flush_ms, 3),
        "pages_behind": len(live_hub.delivery.debts),
        "pages_cut_off": live_hub.delivery.cut_off,
    }


def ms_since(moment: float) -> int:
    return round((time.monotonic() - moment) * 1000)
