"""Changes to JSON that leave it JSON: what is behind the parser is reached at every try.

Bytes flipped at random break nearly every text before a reader sees it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

Place = tuple[Any, Any]  # a list or an object, and the index or name of one of its members

# What answers are made of, and what they should never be made of.
ODDITIES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 10**15, 2**63, -(2**63), 10**30),
    *(0.5, -0.25, 1e-8, 1.7e-7, 1e308, 1700000000000, 10001, 10114),
    *("", "0", "1.5", "-1", "1e-7", "NaN", "error", "SUCCESS", "tBTCUSD", "x" * 60, "\x00", "é"),
    *([], {}, [[]], [None], ["error", 10001, "x"], {"error": "x"}, {"id": 1}),
)


def mutated(text: bytes, chance: random.Random) -> bytes | None:
    """Another JSON text, up to four changes away; None where this is none, or has no members."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    for _ in range(chance.randint(1, 4)):
        places = [*places_in(value)]
        if not places:
            return None
        chance.choice(CHANGES)(chance.choice(places), places, chance)
    return json.dumps(value, separators=(",", ":")).encode()


def places_in(value: Any) -> list[Place]:
    """Every member of every list and object within."""
    found: list[Place] = []
    layer = [value] if isinstance(value, list | dict) else []
    while layer:
        outer = layer.pop()
        members = outer.items() if isinstance(outer, dict) else enumerate(outer)
        for name, member in members:
            found.append((outer, name))
            if isinstance(member, list | dict):
                layer.append(member)
    return found


def replace(place: Place, places: list[Place], chance: random.Random) -> None:
    outer, name = place
    outer[name] = copied(chance.choice(ODDITIES))


def copy_another(place: Place, places: list[Place], chance: random.Random) -> None:
    source, key = chance.choice(places)
    outer, name = place
    outer[name] = copied(source[key])


def nudge(place: Place, places: list[Place], chance: random.Random) -> None:
    outer, name = place
    member = outer[name]
    if isinstance(member, int | float) and not isinstance(member, bool):
        outer[name] = chance.choice([-member, member + 1, member * 10, str(member)])
    elif isinstance(member, str):
        outer[name] = member[: chance.randrange(len(member) + 1)] + chance.choice(["", "0", ":"])
    else:
        outer[name] = [copied(member)]


def remove(place: Place, places: list[Place], chance: random.Random) -> None:
    outer, name = place
    del outer[name]


def repeat(place: Place, places: list[Place], chance: random.Random) -> None:
    outer, name = place
    if isinstance(outer, list):
        outer.insert(name, copied(outer[name]))


CHANGES: tuple[Callable[[Place, list[Place], random.Random], None], ...] = (
    replace,
    copy_another,
    nudge,
    remove,
    repeat,
)


def copied(value: Any) -> Any:
    """A value that shares nothing with the original."""
    return json.loads(json.dumps(value))
