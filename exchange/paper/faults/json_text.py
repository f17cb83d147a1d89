"""Changing a value inside a JSON text and leaving every other character's meaning as it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from exchange.paper.numbers import Number, dumps


def read(text: str | bytes) -> Any:
    """Read JSON with numbers kept as the characters that stand there. Raises ValueError."""
    return json.loads(text, parse_float=Number, parse_int=Number, parse_constant=Number)


def replaced(text: str | bytes, at: Sequence[int | str], value: str) -> str:
    """Put raw text (say `null`, `-1` or `NaN`) in the place named by indices and members.

    Raises LookupError where there is no such place, ValueError for what is not JSON.
    """
    if not at:
        return value
    tree = read(text)
    inner = tree
    for step in at[:-1]:
        inner = _member(inner, step)
    _member(inner, at[-1])
    inner[at[-1]] = Number(value)
    return dumps(tree)


def mapped(value: Any, change: Callable[[str], str]) -> Any:
    """Return a read value with every text in it changed; member names stay."""
    match value:
        case Number():
            return value
        case str():
            return change(value)
        case list():
            return [mapped(inner, change) for inner in value]
        case dict():
            return {name: mapped(inner, change) for name, inner in value.items()}
    return value


def _member(value: Any, step: int | str) -> Any:
    # A text could be indexed too, but nothing can be put into it.
    match value, step:
        case (dict(), str()) | (list(), int()):
            return value[step]
    raise LookupError(f"nothing at {step!r}")
