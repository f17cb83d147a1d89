"""Only our own pages may open a live socket: scheme, host and port, compared as text.

Browsers do not protect sockets from foreign pages as they do requests. Channels' validator parses
the header, which a hostile port turns into an exception; text that is equal needs no parsing. The
same holds for the path: Channels' router answers one that it does not know with an exception.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Any

Application = Callable[[Any, Any, Any], Awaitable[None]]


def only_from(origins: Collection[str], application: Application, *, path: str) -> Application:
    """Wrap a WebSocket application; one at another path or from another origin gets a 403."""
    allowed = frozenset(origin.encode() for origin in origins)

    async def guarded(scope: Any, receive: Any, send: Any) -> None:
        said = [value for name, value in scope["headers"] if name == b"origin"]
        if len(said) == 1 and said[0] in allowed and scope["path"] == path:
            await application(scope, receive, send)
            return
        await receive()  # the connection, which only then may be refused
        await send({"type": "websocket.close"})

    return guarded
