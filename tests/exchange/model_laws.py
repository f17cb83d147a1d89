"""A good row and its reader: what the tests that hold for every model are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from exchange import wire


@dataclass(frozen=True)
class Sample:
    """A row as the exchange sends it, and what reads it."""

    read: Callable[[Any], Any]
    text: str

    def model(self) -> Any:
        """Read the good row."""
        return self.read(wire.loads(self.text))
