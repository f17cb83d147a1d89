"""JSON in and out. No number with a fraction ever passes through a binary float."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from msgspec.json import Decoder

from exchange.errors import DecodeError


class RawNumber(str):
    """A JSON fraction as the characters that came, for checksums over the wire's own text."""

    __slots__ = ()


# Far beyond any answer, and far within what every later step, down to an error's text, can handle.
_DEEPEST = 100
_decimals: Decoder[Any] = Decoder(float_hook=Decimal)
_raw: Decoder[Any] = Decoder(float_hook=RawNumber)
_encoder = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def loads(text: str | bytes) -> Any:
    """Parse JSON with every fraction as Decimal.

    Raises DecodeError for anything else: NaN, Infinity, half a surrogate pair and nesting beyond
    100 levels included.
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


def _decode(decoder: Decoder[Any], text: str | bytes) -> Any:
    try:
        value = decoder.decode(text)
    # ArithmeticError: Decimal's own, for an exponent beyond any bound.
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise DecodeError(f"not JSON we accept: {error}") from error
    # Most texts are too short to be nested deeply, and then have no brackets enough for it.
    if len(text) >= 2 * _DEEPEST and _brackets(text) > _DEEPEST:
        _check_depth(value)
    return value


def _brackets(text: str | bytes) -> int:
    data = text.encode() if isinstance(text, str) else text
    return data.count(b"[") + data.count(b"{")


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
