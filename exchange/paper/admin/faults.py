"""Faults over the admin address."""

from __future__ import annotations

from typing import Any

from exchange.paper.admin.calls import Call, Routes
from exchange.paper.faults.catalogue import KINDS, describe, read_fault
from exchange.paper.faults.planting import Fault, Planted


def _listed(call: Call) -> list[dict[str, Any]]:
    return [describe(planted) for planted in call.server.faults]


def _kinds(call: Call) -> dict[str, str]:
    return {name: (kind.__doc__ or "").partition("\n")[0] for name, kind in KINDS.items()}


def _add(call: Call) -> dict[str, Any]:
    return describe(call.server.plant(read_fault(call.fields)))


def _one(call: Call) -> dict[str, Any]:
    return describe(_named(call))


def _remove(call: Call) -> dict[str, Any]:
    planted = _named(call)
    call.server.lift(planted)
    return describe(planted)


def _clear(call: Call) -> list[dict[str, Any]]:
    lifted = list(call.server.faults)
    for planted in lifted:
        call.server.lift(planted)
    call.server.limits.pardon()
    return [describe(planted) for planted in lifted]


def _named(call: Call) -> Planted[Fault]:
    for planted in call.server.faults:
        if str(planted.id) == call.found["id"]:
            return planted
    raise LookupError(f"fault {call.found['id']}")


ROUTES: Routes = (
    ("GET", r"/faults", _listed),
    ("GET", r"/faults/kinds", _kinds),
    ("POST", r"/faults", _add),
    ("DELETE", r"/faults", _clear),
    ("GET", r"/faults/(?P<id>[0-9]+)", _one),
    ("DELETE", r"/faults/(?P<id>[0-9]+)", _remove),
)
