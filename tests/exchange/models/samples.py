"""A good row and its reader: what the tests that hold for every model are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from exchange import wire

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=35) | st.dictionaries(st.text(max_size=5), inner),
)
"""Anything that an answer may hold."""


@dataclass(frozen=True)
class Sample:
    """A row as the exchange sends it, and what reads it."""

    read: Callable[[Any], Any]
    text: str

    def model(self) -> Any:
        """Read the good row."""
        return self.read(wire.loads(self.text))
