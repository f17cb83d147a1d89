"""Numbers as people type them into money fields: strict, and told in a sentence what is wrong.

Python's and Django's own parsers take "1_000", "１２" and "1e5" for numbers; on a ticket each of
these is a mistake.
"""

from __future__ import annotations

import re
from decimal import Decimal

MOST_CHARACTERS = 40

_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,8})?")
_SIGNS = ("-", "+", "\N{MINUS SIGN}", "\N{HYPHEN}", "\N{EN DASH}")

# The first pattern that fits says what was probably meant.
_SLIPS = [
    (re.compile(r"[0-9]+,[0-9]+"), "Use a point: {pointed}."),
    (re.compile(r"[0-9.]+[eE][+-]?[0-9]+"), "Write the {name} in plain digits, no exponent."),
    (re.compile(r"[0-9]+\.[0-9]{9,}"), "The {name} can have at most 8 decimals."),
    (re.compile(r"[0-9]{13,}(?:\.[0-9]*)?"), "The {name} is too large."),
    (re.compile(r"[0-9]{1,3}(?:[ ,.'_\s][0-9]{3})+.*"), "Write the {name} without separators."),
]


class NotANumber(ValueError):
    """What was typed is no amount or price; the text is the sentence for the field."""


def typed_number(text: str, name: str) -> Decimal:
    """Return the number in `text`, above 0. `name` is what the field is called in sentences."""
    if not text:
        article = "an" if name[0] in "aeiou" else "a"
        raise NotANumber(f"Enter {article} {name}.")
    if len(text) > MOST_CHARACTERS:
        raise NotANumber(f"The {name} is too long.")
    if not _NUMBER.fullmatch(text):
        raise NotANumber(_slip(text, name))
    number = Decimal(text)
    if not number:
        raise NotANumber(f"The {name} must be above 0.")
    return number


def _slip(text: str, name: str) -> str:
    if text.startswith(_SIGNS):
        return f"Write the {name} without a sign; buy or sell says which way."
    for pattern, sentence in _SLIPS:
        if pattern.fullmatch(text):
            return sentence.format(name=name, pointed=text.replace(",", "."))
    return f"Write the {name} in plain digits, like 0.05."
