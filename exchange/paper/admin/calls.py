"""Calls to the admin address: what was asked, and how what comes with it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from exchange.paper.hooks import Hooks
from exchange.paper.numbers import parse_units

if TYPE_CHECKING:
    from exchange.paper.network.server import Server


@dataclass(frozen=True, slots=True)
class Call:
    """A call. found is the match of its path, fields its body."""

    server: Server
    found: re.Match[str]
    query: Mapping[str, str]
    fields: Mapping[str, Any]

    @property
    def hooks(self) -> Hooks:
        """What can be done to the exchange by hand."""
        return Hooks(self.server.engine)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a member that is text. Raises ValueError."""
        value = self.fields.get(name, default)
        if not isinstance(value, str) or not value:
            raise ValueError(f"{name}: must be text")
        return value

    def whole(self, name: str, default: int | None = None) -> int:
        """Return a member that is a whole number. Raises ValueError."""
        value = self.fields.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(f"{name}: must be a whole number")
        return value

    def figure(self, name: str) -> str | int:
        """Return an amount or a price: text, so that no double ever holds it, or a whole number.

        Raises ValueError.
        """
        value = self.fields.get(name)
        try:
            if isinstance(value, bool) or not isinstance(value, str | int):
                raise ValueError
            parse_units(str(value))
        except ValueError as failure:
            raise ValueError(f'{name}: must be a number as text, like "0.1"') from failure
        return value


Handler = Callable[[Call], Any]
Routes = tuple[tuple[str, str, Handler], ...]
