"""Reading what callers send: JSON bodies and the parameters inside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from exchange.paper.numbers import parse_units
from exchange.paper.refusals import GENERIC, PARAMETER, Refusal, invalid

LARGEST_CLIENT_ID = 2**45 - 1

Fields = Mapping[str, Any]


def parse_fields(body: bytes) -> dict[str, Any]:
    """Read a body that must be a JSON object; none at all counts as an empty one."""
    if not body.strip():
        return {}
    try:
        value = json.loads(body, parse_float=Decimal, parse_constant=_reject)
    except (ValueError, RecursionError) as failure:
        raise Refusal(PARAMETER, "json: invalid") from failure
    if not isinstance(value, dict):
        raise Refusal(PARAMETER, "json: invalid")
    return value


def _reject(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def whole(
    fields: Fields, name: str, default: int | None = None, *, largest: int = 2**53 - 1
) -> int | None:
    """Return a whole number, written as a number or as digits; null counts as left out."""
    value = fields.get(name)
    if value is None:
        return default
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 16:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= largest:
        raise invalid(name)
    return value


def units(fields: Fields, name: str, *, cut: bool = False) -> int:
    """Return an amount or a price in units. Text must be plain; an exponent is refused.

    Surplus decimals are rounded, or with `cut` dropped.

    Source: bitfinex-api-rb#39 and ccxt#6447, where exponents were refused.
    """
    refusal = Refusal(GENERIC, f"{name}: invalid")
    value = fields.get(name)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = format(Decimal(value), "f")
    if not isinstance(value, str):
        raise refusal
    try:
        return parse_units(value, cut=cut)
    except ValueError as failure:
        raise refusal from failure
