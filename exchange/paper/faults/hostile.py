"""Texts that break careless programs, put behind every text of an answer."""

from __future__ import annotations

import re
from itertools import cycle

from exchange.paper.faults.json_text import mapped, read
from exchange.paper.numbers import dumps

HOSTILE_TEXTS = (
    "<script>document.title='taken over'</script>",
    '"><img src=x onerror="document.title=1">',
    "javascript:alert(1)",
    "{{7*7}}{% debug %}{0.__class__}${7*7}",
    "\u202egnp.exe\u2066\u200f",  # turns the direction of what follows
    "\x00\x01\x1b[31mred\x07",
    "line\r\nSet-Cookie: stolen=1\u2028\u2029",
    "\u200b\ufeff\U000e0001",  # seen by nobody
    "e" + "\u0301" * 60,  # marks piled up
    "'; DROP TABLE orders; --",
    "\ud83d",  # half of a pair
    "A" * 20_000,
)
_HALF = re.compile("[\ud800-\udfff]")


def made_hostile(text: str | bytes, kept: str) -> str:
    """Put a hostile text behind every text in a JSON document that the pattern does not match.

    What is not JSON comes back as a hostile text alone.
    """
    texts = cycle(HOSTILE_TEXTS)
    spare = re.compile(kept)

    def spoil(word: str) -> str:
        return word if spare.fullmatch(word) else word + next(texts)

    try:
        tree = read(text)
    except ValueError:
        return HOSTILE_TEXTS[0]
    # Half of a pair has no bytes of its own; JSON can still name it.
    return _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", dumps(mapped(tree, spoil)))
