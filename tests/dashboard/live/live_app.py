"""The live socket alone, for a Daphne of a test: whoever comes is signed in.

`GET /` tells how this process is, `GET /page/` is a page with one price, and `GET /close/<code>`
closes all pages. What is published on the channel layer reaches its pages.
"""

from __future__ import annotations

import json
import os
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
django.setup()

from django.contrib.staticfiles import finders  # noqa: E402
from django.template.loader import render_to_string  # noqa: E402

from dashboard.live import delivery, fragments  # noqa: E402
from dashboard.live.consumer import welcome  # noqa: E402
from dashboard.live.hub import hub  # noqa: E402
from dashboard.live.quotes import Quote  # noqa: E402
from dashboard.live.visitors import Visitor  # noqa: E402

PAGE = Path("/proc/self/statm")
KIB_A_PAGE = os.sysconf("SC_PAGE_SIZE") // 1024


def hidden(send: Any) -> Any:
    """Return a `send` that shows nothing of the server behind it, as any other server's."""

    async def plain(message: Any) -> None:
        await send(message)

    return plain


SCRIPTS = [
    "django_htmx/htmx-2.min.js",
    "django_htmx/ext/hx-ws-2.min.js",
    *(f"js/{name}.js" for name in ("ages", "cells", "distances", "live", "socket")),
]
opened: list[float] = []
delivery.STALLED_SECONDS = float(os.environ.get("STALLED_SECONDS", delivery.STALLED_SECONDS))


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Serve the socket, or tell how this process is."""
    hub.ensure_started()
    if scope["type"] == "websocket":
        opened.append(time.monotonic())
        if scope["query_string"] == b"plain":
            send = hidden(send)
        await welcome(Visitor(user_id=1, session_key=""), receive, send)
        return
    kind, body = await answer(scope["path"])
    headers = [(b"content-type", kind)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def answer(path: str) -> tuple[bytes, bytes]:
    """Return the type and the body of what is at a path."""
    _, first, rest = path.split("/", 2) if path.count("/") > 1 else ("", "", "")
    if first == "page":
        return b"text/html", page().encode()
    if first == "static":
        return b"text/javascript", Path(finders.find(rest)).read_bytes()
    if first == "close":
        for door in list(hub.audience.sets):
            hub.leave(door)
            # An application may only say some of the codes that a proxy or a server may.
            door.wire.protocol.sendCloseFrame(code=int(rest))
    return b"application/json", json.dumps(how_it_is()).encode()


def page() -> str:
    """Return a page that shows one price, with the scripts and notices of all pages."""
    scripts = "".join(f'<script src="/static/{name}" defer></script>' for name in SCRIPTS)
    price = fragments.cell(Quote(symbol="tBTCUSD", last=Decimal(1), is_streamed=True).cells["last"])
    return (
        f"<!doctype html><title>One price</title>{scripts}"
        f"{render_to_string('live/_ends.html')}"
        f'<span id="feed" class="feed" data-state="off"><span class="feed-text"></span></span>'
        f'<p data-watch="tBTCUSD">{price}</p>{render_to_string("live/_socket.html")}'
    )


def how_it_is() -> dict[str, Any]:
    doors = list(hub.audience.sets)
    return {
        "pages": len(doors),
        "opened": len(opened),
        "topics": hub.audience.union(),
        "wires": sorted({type(door.wire).__name__ for door in doors}),
        "behind": len(hub.delivery.debts),
        "cut_off": hub.delivery.cut_off,
        "most_waiting": max((door.wire.waiting_bytes() for door in doors), default=0),
        "rss_kib": int(PAGE.read_text().split()[1]) * KIB_A_PAGE,
        "cpu_seconds": sum(os.times()[:2]),
    }
