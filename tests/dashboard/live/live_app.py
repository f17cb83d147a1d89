"""The live socket alone, for a Daphne of a test: whoever comes is signed in.

`GET /` tells how this process is. What is published on the channel layer reaches its pages.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
django.setup()

from dashboard.live import delivery  # noqa: E402
from dashboard.live.consumer import LiveConsumer  # noqa: E402
from dashboard.live.hub import hub  # noqa: E402

PAGE = Path("/proc/self/statm")
KIB_A_PAGE = os.sysconf("SC_PAGE_SIZE") // 1024


class Visitor:
    """Somebody who is signed in."""

    pk = 1
    is_authenticated = True


class Session:
    """A sign-in that lasts."""

    session_key = ""


def hidden(send: Any) -> Any:
    """Return a `send` that shows nothing of the server behind it, as any other server's."""

    async def plain(message: Any) -> None:
        await send(message)

    return plain


consumer = LiveConsumer.as_asgi()
delivery.STALLED_SECONDS = float(os.environ.get("STALLED_SECONDS", delivery.STALLED_SECONDS))


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Serve the socket, or tell how this process is."""
    hub.ensure_started()
    if scope["type"] == "websocket":
        if scope["query_string"] == b"plain":
            send = hidden(send)
        await consumer(scope | {"user": Visitor(), "session": Session()}, receive, send)
        return
    doors = list(hub.audience.sets)
    told = {
        "pages": len(doors),
        "topics": hub.audience.union(),
        "wires": sorted({type(door.wire).__name__ for door in doors}),
        "behind": len(hub.delivery.debts),
        "cut_off": hub.delivery.cut_off,
        "most_waiting": max((door.wire.waiting_bytes() for door in doors), default=0),
        "rss_kib": int(PAGE.read_text().split()[1]) * KIB_A_PAGE,
        "cpu_seconds": sum(os.times()[:2]),
    }
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(told).encode()})
