"""How much a browser has not taken yet, asked of Daphne's transport.

Daphne buffers without a bound for a browser that stops reading. Nothing public tells how much
that is, so this looks at Twisted's own fields, and says 0 wherever they are not what we know: then
nothing is spared and everything works as without it. A test against Daphne holds it.
"""

from __future__ import annotations

import socket
from typing import Any

# What the kernel may hold for one browser: old prices must not wait where nobody can count them.
KERNEL_BUFFER = 64 * 1024


def transport_of(send: Any) -> Any:
    """Return the transport behind an ASGI `send` of Daphne's, None for any other server."""
    protocol = next(iter(getattr(send, "args", ())), None)
    return getattr(protocol, "transport", None)


def waiting_bytes(transport: Any) -> int:
    """Return how many bytes wait in the transport; 0 where it cannot be told."""
    try:
        return int(len(transport.dataBuffer) - transport.offset + transport._tempDataLen)
    except (AttributeError, TypeError):
        return 0


def bound_kernel_buffer(transport: Any) -> None:
    """Let the kernel hold little for this browser; what waits longer waits where it is counted."""
    try:
        transport.getHandle().setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BUFFER)
    except (AttributeError, OSError):
        return
