"""JSON in and out. No number with a fraction ever passes through a binary float."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NoReturn

from exchange.errors import DecodeError


class RawNumber(str):
    """A JSON fraction as the characters that came, for checksums over the wire's own text."""

    __slots__ = ()


# Far beyond any answer, and far within what every later step, down to an error's text, can handle.
_DEEPEST = 100


def _reject(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")


# Built once: `json.loads` with a hook builds a decoder on every call.
_decimals = json.JSONDecoder(parse_float=Decimal, parse_constant=_reject)
_raw = json.JSONDecoder(parse_float=RawNumber, parse_constant=_reject)
_encoder = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def loads(text: str | bytes) -> Any:
    """Parse JSON with every fraction as Decimal.

    Raises DecodeError for anything else, NaN, Infinity and nesting beyond 100 levels included.
    """
    return _decode(_decimals, text)


def loads_raw(text: str | bytes) -> Any:
    """Parse JSON with every fraction as RawNumber; otherwise like `loads`.

    Whole numbers stay int: their digits are the characters that came.
    """
    return _decode(_raw, text)


def dumps(value: Any) -> bytes:
    """Return compact JSON in the order of the mapping given. Raises TypeError on a Decimal.

    Money goes out as text (see `plain`): the exchange refuses exponents.
    """
    return _encoder.encode(value).encode()


def plain(value: Decimal) -> str:
    """Write a number in plain digits, never an exponent. Raises ValueError on NaN, Infinity."""
    if not value.is_finite():
        raise ValueError(f"{value} has no plain form")
    return format(value if value else abs(value), "f")


def _decode(decoder: json.JSONDecoder, text: str | bytes) -> Any:
    try:
        characters = text if isinstance(text, str) else text.decode()
        value = decoder.decode(characters)
    # ArithmeticError: Decimal's own, for an exponent beyond any bound.
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise DecodeError(f"not JSON we accept: {error}") from error
    # Most texts are too short to be nested deeply, and then have no brackets enough for it.
    if len(characters) >= 2 * _DEEPEST and characters.count("[") + characters.count("{") > _DEEPEST:
        _check_depth(value)
    return value


def _check_depth(value: Any) -> None:
    layer = [value]
    for _ in range(_DEEPEST + 1):
        layer = [member for outer in layer for member in _members(outer)]
        if not layer:
            return
    raise DecodeError(f"not JSON we accept: nested more than {_DEEPEST} deep")


def _members(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
