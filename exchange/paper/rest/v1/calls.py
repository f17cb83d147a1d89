"""A call of REST v1, how its numbers and symbols are written, and how it says no."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from exchange.paper.engine import Engine
from exchange.paper.fields import Fields
from exchange.paper.keys import KeyHolder
from exchange.paper.numbers import parse_units, plain_text
from exchange.paper.trading.desk import LiveMarket

# v1's names for the three wallets, by v2's.
WALLETS = {"exchange": "exchange", "margin": "trading", "funding": "deposit"}

_V2_WALLETS = {name: kind for kind, name in WALLETS.items()}
_LONGEST_WHOLE = 16
_MS_TO_UNITS = 100_000


class LegacyRefusal(Exception):  # noqa: N818 - a refusal is an answer, not an error of ours
    """Refuse a v1 request with a status and a sentence."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message, status)
        self.message = message
        self.status = status


@dataclass(frozen=True, slots=True)
class Call:
    """An authenticated call: who asks, with which members in the payload."""

    engine: Engine
    holder: KeyHolder
    fields: Fields

    @property
    def account(self) -> str:
        """Name of the account the key acts for."""
        return self.holder.key.owner


@dataclass(frozen=True, slots=True)
class PublicCall:
    """A call that needs no key: the path it names, and the query behind it."""

    engine: Engine
    path: re.Match[str]
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Method:
    """A method and the permission it needs; scope is None where any key will do."""

    answer: Callable[[Call], Any]
    scope: str | None
    write: bool = False


Methods = Mapping[str, Method]


def decimal(fields: Fields, name: str) -> int:
    """Return a number in units. v1 takes plain decimal texts only. Raises LegacyRefusal.

    Source: ccxt#6447 and bitfinex-api-rb#39, where numbers and exponents were refused.
    """
    value = fields.get(name)
    try:
        if not isinstance(value, str):
            raise ValueError("v1 takes texts only")
        return parse_units(value)
    except ValueError as failure:
        raise LegacyRefusal(f'Key {name} should be a decimal number, e.g. "123.456"') from failure


def whole(fields: Fields, name: str, default: int) -> int:
    """Return a count, written as a number or as text; decimals of a time are dropped."""
    value = fields.get(name)
    if value is None:
        return default
    text = str(value).partition(".")[0]
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()):
        raise LegacyRefusal(f"Key {name} should be a number")
    if len(text) > _LONGEST_WHOLE:
        raise LegacyRefusal(f"Key {name} should be a number")
    return int(text)


def since_until(fields: Fields, since: str, until: str) -> tuple[int, int]:
    """Return a span of time in epoch milliseconds from two members in seconds."""
    start = whole(fields, since, 0) * 1000
    # The last second is meant as a whole.
    return start, whole(fields, until, 10**12) * 1000 + 999


def wallet_kind(fields: Fields, name: str) -> str:
    """Return a wallet by v2's name. Raises LegacyRefusal."""
    kind = _V2_WALLETS.get(str(fields.get(name)).lower())
    if kind is None:
        raise LegacyRefusal(f"Unknown wallet for {name}")
    return kind


def live_market(engine: Engine, symbol: Any) -> LiveMarket:
    """Return a market by its v1 name ("btcusd"). Raises LegacyRefusal."""
    live = engine.markets.get(f"t{str(symbol).upper()}")
    if live is None:
        raise LegacyRefusal("Unknown symbol")
    return live


def seconds(epoch_ms: int) -> str:
    """Write a time as v1 does: seconds with decimals, as text."""
    return plain_text(epoch_ms * _MS_TO_UNITS)


def texts(units: Mapping[str, int]) -> dict[str, str]:
    """Write numbers as v1 does: plain decimals, as text."""
    return {name: plain_text(value) for name, value in units.items()}
