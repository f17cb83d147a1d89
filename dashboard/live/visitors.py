"""Who opens a live socket: found out once, and all that it took is let go of.

Channels' middleware waits around its application for as long as that runs. A page stays open for a
day, so its cookies, its session and its person would lie in memory for each of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from channels.auth import AuthMiddlewareStack


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in."""

    user_id: int
    session_key: str


async def visitor_of(scope: dict[str, Any]) -> Visitor | None:
    """Return who opens this socket, None where nobody is signed in."""
    found: list[Visitor] = []
    await recognise(scope | {"found": found}, None, None)
    return found[0] if found else None


async def note(scope: dict[str, Any], receive: None, send: None) -> None:
    user = scope["user"]
    if user.is_authenticated:
        scope["found"].append(Visitor(user.pk, scope["session"].session_key))


recognise = AuthMiddlewareStack(note)
