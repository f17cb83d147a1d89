"""Who may use the admin address: programs on this machine, and no page in a browser.

A page that a browser shows can send requests to this machine too. What gives it away are headers
that no page can leave out or make up; a name of its own that leads here gives itself away by Host.
"""

from __future__ import annotations

from ipaddress import ip_address

from exchange.paper.network.messages import Request

ADMIN_PATH = "/admin"

_LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
# What browsers add of themselves, and what a server adds that hands on somebody else's request.
_TELLTALES = ("origin", "referer", "cookie", "forwarded", "x-forwarded-for", "x-real-ip", "via")
_BROWSER_PREFIX = "sec-"


def is_for_admin(request: Request) -> bool:
    """Tell whether a request is for the admin address."""
    return request.path == ADMIN_PATH or request.path.startswith(f"{ADMIN_PATH}/")


def objection(request: Request) -> str | None:
    """Return why a request may not press anything, or None."""
    if not _is_loopback(request.peer):
        return "only from this machine"
    name, _, port = request.headers.get("host", "").rpartition(":")
    if name not in _LOCAL_NAMES or not port.isdigit():
        return "only by a name of this machine"
    if any(name in _TELLTALES or name.startswith(_BROWSER_PREFIX) for name in request.headers):
        return "only by a program, straight from it"
    if request.method == "POST" and not _is_json(request):
        return "only as application/json"
    return None


def _is_loopback(peer: str) -> bool:
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json"
