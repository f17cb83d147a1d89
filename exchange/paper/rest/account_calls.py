"""An authenticated call of REST v2, and what its methods have in common."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from exchange.paper.engine import Engine
from exchange.paper.fields import Fields, whole
from exchange.paper.keys import KeyHolder
from exchange.paper.rest.public_v2 import live_market

# A symbol inside a path; a pair with a long name has a colon of its own.
SYMBOL = r"(?P<symbol>t[^/:]+(?::[^/:]+)?)"

_MOST_ROWS = 2_500
_END_OF_TIME = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Call:
    """An authenticated call: who asks, for which path, with which members in the body."""

    engine: Engine
    holder: KeyHolder
    path: re.Match[str]
    fields: Fields

    @property
    def account(self) -> str:
        """Name of the account the key acts for."""
        return self.holder.key.owner

    @property
    def symbol(self) -> str | None:
        """The symbol in the path, where it has one. Raises Refusal when it is not listed."""
        symbol = self.path.groupdict().get("symbol")
        if symbol is not None:
            live_market(self.engine, symbol)
        return symbol


@dataclass(frozen=True, slots=True)
class Method:
    """A method and the permission it needs; scope is None where any key will do."""

    answer: Callable[[Call], Any]
    scope: str | None
    write: bool = False


Methods = tuple[tuple[re.Pattern[str], Method], ...]


def methods(*listed: tuple[str, Method]) -> Methods:
    """Compile the paths (below /v2/auth/) under which methods are found."""
    return tuple((re.compile(f"/v2/auth/{pattern}"), method) for pattern, method in listed)


def window(call: Call, limit: int) -> tuple[int, int, int]:
    """Return (start, end, most rows) of a history call. Raises Refusal."""
    start = whole(call.fields, "start", 0)
    end = whole(call.fields, "end", _END_OF_TIME)
    limit = whole(call.fields, "limit", limit, largest=_MOST_ROWS) or limit
    return start or 0, end or 0, limit
