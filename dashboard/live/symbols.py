"""The shape of a symbol, checked at every door that takes one from outside."""

from __future__ import annotations

import re

SYMBOL = re.compile(r"t[A-Z0-9]{2,12}:?[A-Z0-9]{2,12}")


def is_symbol(text: str) -> bool:
    """Tell whether `text` could name a trading pair; whether it exists is the exchange's word."""
    return SYMBOL.fullmatch(text) is not None
