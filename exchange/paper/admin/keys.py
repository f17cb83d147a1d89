"""Keys over the admin address: making them, and changing them while programs use them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from exchange.paper.admin.calls import Call, Routes
from exchange.paper.faults.keys import Permissions
from exchange.paper.keys import PaperKey, reading, trading, withdrawing

_MAY: dict[str, Callable[[], Permissions]] = {
    "read": reading,
    "trade": trading,
    "withdraw": withdrawing,
}


def _listed(call: Call) -> list[dict[str, Any]]:
    return [_shown(key) for key in call.server.keyring]


def _make(call: Call) -> dict[str, Any]:
    name = call.text("key", f"paper-{secrets.token_hex(8)}")
    secret = secrets.token_urlsafe(32)
    account = call.text("account", name)
    call.server.admit_key(PaperKey(name, secret, _asked(call, "trade"), account))
    # The one answer that a secret stands in.
    return {"key": name, "secret": secret, "account": account}


def _change(call: Call) -> dict[str, Any]:
    name = call.found["key"]
    call.server.keyring.narrow(name, _asked(call))
    return {"key": name}


def _revoke(call: Call) -> dict[str, Any]:
    call.server.keyring.revoke(call.found["key"])
    return {"key": call.found["key"]}


def _restore(call: Call) -> dict[str, Any]:
    call.server.keyring.restore(call.found["key"])
    return {"key": call.found["key"]}


def _asked(call: Call, default: str | None = None) -> Permissions:
    name = call.text("may", default)
    if name not in _MAY:
        raise ValueError(f"may: one of {', '.join(_MAY)}")
    return _MAY[name]()


def _shown(key: PaperKey) -> dict[str, Any]:
    return {"key": key.key, "account": key.owner, "permissions": dict(key.permissions)}


ROUTES: Routes = (
    ("GET", r"/keys", _listed),
    ("POST", r"/keys", _make),
    ("POST", r"/keys/(?P<key>[^/]+)", _change),
    ("DELETE", r"/keys/(?P<key>[^/]+)", _revoke),
    ("POST", r"/keys/(?P<key>[^/]+)/restore", _restore),
)
