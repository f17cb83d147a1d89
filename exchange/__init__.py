"""Bitfinex for Python programs: REST v1 and v2, the WebSocket stream, and a paper exchange.

Everything of the client is here by name. Each name is imported when first used, so that a program
that only signs loads neither `requests` nor `websockets`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "exchange.credentials": ("Credentials",),
    "exchange.errors": (
        "DecodeError",
        "ExchangeError",
        "InvalidRequest",
        "NoAnswer",
        "NonceTooSmall",
        "NotAuthenticated",
        "NotPermitted",
        "NotSent",
        "OutcomeUnknown",
        "RateLimited",
        "Refused",
        "StreamClosed",
        "UnderMaintenance",
    ),
    "exchange.limits": ("MemoryBudget", "NoBudget", "SqliteBudget"),
    "exchange.models": (
        "BookLevel",
        "FeeSummary",
        "Fill",
        "NewOrder",
        "Order",
        "OrderType",
        "PairInfo",
        "Permission",
        "PublicTrade",
        "Ticker",
        "Wallet",
        "WalletType",
    ),
    "exchange.nonce": ("MemoryNonces", "SqliteNonces"),
    "exchange.rest_v1": ("RestV1",),
    "exchange.rest_v2": ("RestV2",),
    "exchange.stream.channels": ("Channel",),
    "exchange.stream.client": ("StreamClient",),
    "exchange.symbols": ("CurrencyNames",),
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted(_MODULES)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return __all__
