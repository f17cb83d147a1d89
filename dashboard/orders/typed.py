"""Numbers and times as people type them: read strictly, and told in a sentence what is wrong.

Python's and Django's own parsers take "1_000", "１２" and "1e5" for numbers; on a ticket each of
these is a mistake.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
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
    """What was typed is no amount, price or time; the text is the sentence for the field."""


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


_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?Z?")
FARTHEST = timedelta(days=366)


def typed_time(text: str, now: datetime) -> datetime:
    """Return the time in `text`, in UTC, later than `now` and within a year."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise NotANumber("Write the end as 2026-12-31 18:00, in UTC.")
    try:
        time = datetime.fromisoformat(f"{found[1]}T{found[2]}{found[3] or ''}")
    except ValueError as exc:
        raise NotANumber("There is no such day or hour.") from exc
    time = time.replace(tzinfo=UTC)
    if time <= now:
        raise NotANumber(f"The end has passed: it is {now:%Y-%m-%d %H:%M} UTC.")
    if time > now + FARTHEST:
        raise NotANumber("The end can be at most a year from now.")
    return time
