"""All kinds of faults by name, and faults as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from types import NoneType
from typing import Any, get_args, get_type_hints

from exchange.paper import faults
from exchange.paper.faults.planting import Fault, Planted

KINDS: Mapping[str, type[Fault]] = {
    fault.kind: fault
    for fault in map(vars(faults).get, faults.__all__)
    if isinstance(fault, type) and issubclass(fault, Fault) and hasattr(fault, "kind")
}


def read_fault(record: Mapping[str, Any]) -> Fault:
    """Make a fault of its JSON: "kind" and the members that it does not want by default.

    Raises ValueError with the reason.
    """
    members = dict(record)
    kind = members.pop("kind", None)
    made = KINDS.get(kind) if isinstance(kind, str) else None
    if made is None:
        raise ValueError(f"kind: one of {', '.join(KINDS)}")
    hints = get_type_hints(made)
    known = {field.name: field for field in fields(made)}
    for name in members.keys() - known.keys():
        raise ValueError(f"{name}: {kind} has no such member")
    for name, field in known.items():
        if name not in members and field.default is MISSING and field.default_factory is MISSING:
            raise ValueError(f"{name}: {kind} needs it")
    return made(**{name: _read(name, value, hints[name]) for name, value in members.items()})


def describe(planted: Planted[Fault]) -> dict[str, Any]:
    """Describe a fault in force as JSON: its members, its number and its counts."""
    fault = planted.fault
    told = {"id": planted.id, "kind": fault.kind, "fired": planted.fired, "seen": planted.seen}
    members = {field.name: getattr(fault, field.name) for field in fields(fault)}
    return told | {name: _written(value) for name, value in members.items()}


def _read(name: str, value: Any, hint: Any) -> Any:
    if name in _READERS:
        return _READERS[name](name, value)
    allowed = get_args(hint) or (hint,)
    if isinstance(value, bool):
        fits = bool in allowed
    elif isinstance(value, int):
        fits = int in allowed or float in allowed
    else:
        fits = type(value) in allowed or (value is None and NoneType in allowed)
    if not fits:
        raise ValueError(f"{name}: {value!r} is of the wrong type")
    return value


def _bytes(name: str, value: Any) -> bytes | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"{name}: must be text")
    return value.encode()


def _way(name: str, value: Any) -> tuple[int | str, ...]:
    if not isinstance(value, list) or not all(isinstance(step, int | str) for step in value):
        raise ValueError(f"{name}: must be a list of indices and member names")
    return tuple(value)


def _permissions(name: str, value: Any) -> dict[str, tuple[int, int]]:
    try:
        return {str(scope): (int(read), int(write)) for scope, (read, write) in value.items()}
    except (AttributeError, TypeError, ValueError) as failure:
        raise ValueError(f'{name}: must be like {{"orders": [1, 0]}}') from failure


_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "body": _bytes,
    "content": _bytes,
    "at": _way,
    "permissions": _permissions,
}


def _written(value: Any) -> Any:
    return value.decode(errors="replace") if isinstance(value, bytes) else value
