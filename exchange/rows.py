"""Reading the members of Bitfinex's arrays into Python types, strictly.

Each reader takes one member as it was parsed and raises TypeError or ValueError where it is
something else; `decodes` turns that into the one DecodeError, naming the row. A bool is no number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Clamped, Context, Decimal, Inexact, InvalidOperation, Overflow, Subnormal
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from exchange.errors import DecodeError
from exchange.wire import RawNumber

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# No price or amount has as many digits on either side of the point; past it, writing the plain
# digits would fill the memory.
_DIGITS = 60
_exact = Context(
    prec=_DIGITS,
    Emax=_DIGITS - 1,
    Emin=1 - _DIGITS,
    traps=[Inexact, Overflow, Subnormal, Clamped, InvalidOperation],
).create_decimal
_NUMBERS = frozenset({int, Decimal, RawNumber})
_DECIMAL_TEXT = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][-+]?[0-9]{1,3})?", re.ASCII)

P = ParamSpec("P")
Source = TypeVar("Source")
Model = TypeVar("Model")


def decodes(
    read: Callable[Concatenate[Source, P], Model],
) -> Callable[Concatenate[Source, P], Model]:
    """Make every failure to read a row a DecodeError that says which row of what."""

    @wraps(read)
    def wrapper(source: Source, /, *args: P.args, **kwargs: P.kwargs) -> Model:
        try:
            return read(source, *args, **kwargs)
        except (TypeError, ValueError, LookupError, ArithmeticError) as error:
            name = getattr(source, "__name__", read.__name__)
            raise DecodeError(f"{name} row {repr(args)[:200]}: {error}") from error

    return wrapper


def array(value: Any, length: int) -> list[Any]:
    """Return an array of at least `length` members; longer ones are the exchange's right."""
    if type(value) is not list:
        raise TypeError("not an array")
    if len(value) < length:
        raise ValueError(f"{len(value)} members where {length} are due")
    return value


def decimal(value: Any) -> Decimal:
    """Read a JSON number, never a bool or a text."""
    if type(value) not in _NUMBERS:
        raise TypeError(f"not a number: {str(value)[:40]!r}")
    try:
        return _exact(value)
    except ArithmeticError as error:
        raise ValueError("a number beyond any price or amount") from error


def decimals(values: list[Any]) -> list[Decimal]:
    """Read JSON numbers, in less time than one by one."""
    if _NUMBERS.issuperset(map(type, values)):
        try:
            return list(map(_exact, values))
        except ArithmeticError:
            pass
    return [decimal(value) for value in values]


def optional_decimal(value: Any) -> Decimal | None:
    """Read a JSON number or null."""
    return None if value is None else decimal(value)


def decimal_text(value: Any) -> Decimal:
    """Read a number that travels as text, as in v1 and in `pub:info:pair`."""
    if type(value) is not str or not _DECIMAL_TEXT.fullmatch(value):
        raise TypeError(f"not a number as text: {str(value)[:40]!r}")
    return decimal(Decimal(value))


def number(value: Any) -> Decimal:
    """Read a number that comes as a JSON number here and as text there."""
    return decimal_text(value) if type(value) is str else decimal(value)


def optional_number(value: Any) -> Decimal | None:
    """Read a number of either form or null."""
    return None if value is None else number(value)


def integer(value: Any) -> int:
    """Read a whole number, also from text: histories send some flags and groups so."""
    if type(value) is int:
        return value
    if type(value) is str and value.isascii() and value.removeprefix("-").isdigit():
        return int(value)
    raise TypeError(f"not a whole number: {str(value)[:40]!r}")


def optional_integer(value: Any) -> int | None:
    """Read a whole number or null."""
    return None if value is None else integer(value)


def text(value: Any) -> str:
    """Read a text; a number's raw characters are not one."""
    if type(value) is not str:
        raise TypeError(f"not a text: {str(value)[:40]!r}")
    return value


def optional_text(value: Any) -> str | None:
    """Read a text or null."""
    return None if value is None else text(value)


def flag(value: Any) -> bool:
    """Read 0 or 1, as a number or a bool."""
    if value not in (0, 1) or not isinstance(value, int):
        raise TypeError(f"not a flag: {str(value)[:40]!r}")
    return bool(value)


def optional_flag(value: Any) -> bool:
    """Read 0 or 1; null is no."""
    return value is not None and flag(value)


def padded(value: Any, least: int, length: int) -> list[Any]:
    """Return an array of `least` members or more, with nulls for what lacks up to `length`."""
    row = array(value, least)
    return row + [None] * (length - len(row))


def mapping(value: Any) -> dict[str, Any]:
    """Return a JSON object."""
    if type(value) is not dict:
        raise TypeError("not an object")
    return value


def time_ms(value: Any) -> datetime:
    """Read milliseconds since the epoch as an aware UTC time."""
    if type(value) is not int:
        raise TypeError(f"not a time: {str(value)[:40]!r}")
    return _EPOCH + timedelta(milliseconds=value)


def optional_time_ms(value: Any) -> datetime | None:
    """Read milliseconds since the epoch or null."""
    return None if value is None else time_ms(value)


def time_seconds(value: Any) -> datetime:
    """Read the v1 form of a time: seconds since the epoch, as text with decimals."""
    return _EPOCH + timedelta(microseconds=int(decimal_text(value) * 1_000_000))


@decodes
def every(read: Callable[[Any], Model], answer: Any) -> list[Model]:
    """Read an array of rows of one kind. Raises DecodeError."""
    return [read(row) for row in array(answer, 0)]
