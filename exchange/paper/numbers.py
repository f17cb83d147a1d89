"""Numbers: the whole units the engine counts in, and their text as JavaScript writes it.

Every amount and price is an int of 1e-8 ("units"), so that nothing is ever rounded by accident.
The exchange's own server is a JavaScript program: what leaves it are doubles, in JavaScript's
notation. A double exists here only for the moment in which it is printed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import Any

UNIT = 10**8
SIGNIFICANT_DIGITS = 5

_DECIMALS = 8
_LONGEST_NUMBER = 40
_PLAIN_DECIMAL = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]*))?|([+-]?)\.([0-9]+)", re.ASCII)
_HALF = re.compile("[\ud800-\udfff]")
# JavaScript leaves positional notation below 1e-6 and from 1e21 on.
_SMALLEST_EXPONENT, _LARGEST_EXPONENT = -6, 20


class Number(str):
    """Hold a number's final text; `dumps` writes it without quotes."""

    __slots__ = ()


def parse_units(text: str, *, cut: bool = False) -> int:
    """Read a plain decimal string as units, rounding half away from zero at the 8th decimal.

    With `cut`, what lies beyond the 8th decimal is dropped instead. Raises ValueError for
    anything else than plain decimals: exponents, spaces, an empty string, NaN.
    """
    match = _PLAIN_DECIMAL.fullmatch(text) if len(text) <= _LONGEST_NUMBER else None
    if match is None:
        raise ValueError("not a plain decimal number")
    sign, whole = match[1] or match[4] or "", match[2] or "0"
    fraction = (match[3] or match[5] or "").ljust(_DECIMALS + 1, "0")
    units = int(whole + fraction[:_DECIMALS]) + (not cut and fraction[_DECIMALS] >= "5")
    return -units if sign == "-" else units


def from_decimal(value: Decimal | int | str) -> int:
    """Turn a Python number into units; what lies beyond the 8th decimal is rounded."""
    return parse_units(format(Decimal(value), "f"))


def to_decimal(units: int) -> Decimal:
    """Turn units into the Decimal they stand for, exactly."""
    return Decimal(plain_text(units))


def plain_text(units: int) -> str:
    """Write units without an exponent and with at least one decimal, as v1 does ("61000.0")."""
    whole, fraction = divmod(abs(units), UNIT)
    sign = "-" if units < 0 else ""
    return f"{sign}{whole}.{f'{fraction:08d}'.rstrip('0') or '0'}"


def number(units: int) -> Number:
    """Write units as the double JavaScript would print ("0.00001", "7e-7", "61000")."""
    return quotient(units, UNIT)


def quotient(numerator: int, denominator: int) -> Number:
    """Write a fraction of two ints as the nearest double, in JavaScript's notation."""
    # Dividing ints rounds once, correctly; repr gives the shortest digits that name that double.
    text = repr(numerator / denominator)
    if "e" in text:
        return Number(_javascript_exponent(text))
    return Number(text.removesuffix(".0"))


def significant_step(units: int, digits: int = SIGNIFICANT_DIGITS) -> int:
    """Return the distance between neighbouring prices that `digits` significant digits can name."""
    return int(10 ** max(0, len(str(units)) - digits))


def cut_down(units: int, digits: int = SIGNIFICANT_DIGITS) -> int:
    """Drop what a positive price has beyond `digits` significant digits."""
    return units - units % significant_step(units, digits)


def cut_up(units: int, digits: int = SIGNIFICANT_DIGITS) -> int:
    """Round a positive price up to `digits` significant digits."""
    return units + -units % significant_step(units, digits)


def dumps(value: Any) -> str:
    """Write JSON as JavaScript does: compact, non-ASCII kept, `Number` texts as they stand.

    A Decimal is what a caller wrote into a member that is only kept for him, and becomes a double.
    """
    match value:
        case Number():
            return str(value)
        case str():
            text = json.dumps(value, ensure_ascii=False)
            # Half a character, which no bytes can carry, goes out as the escape it came as.
            return text if text.isascii() else _HALF.sub(lambda half: f"\\u{ord(half[0]):x}", text)
        case list() | tuple():
            return f"[{','.join(map(dumps, value))}]"
        case Mapping():
            members = (f"{dumps(name)}:{dumps(member)}" for name, member in value.items())
            return f"{{{','.join(members)}}}"
        case None | bool() | int():
            return json.dumps(value)
        case Decimal():
            double = float(value)
            return quotient(*double.as_integer_ratio()) if isfinite(double) else "null"
    raise TypeError(f"no JSON for {type(value).__name__}")


def _javascript_exponent(text: str) -> str:
    mantissa, _, power = text.partition("e")
    exponent = int(power)
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).rstrip("0") if fraction == "0" else whole + fraction
    if exponent < _SMALLEST_EXPONENT or exponent > _LARGEST_EXPONENT:
        tail = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{tail}e{exponent:+d}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    return sign + digits.ljust(exponent + 1, "0")
