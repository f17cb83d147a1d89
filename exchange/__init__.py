"""Bitfinex for Python programs: REST v1 and v2, the WebSocket stream, and a paper exchange.

Everything of the client is here by name. Each name is imported when first used, so that a program
that only signs loads neither `requests` nor `websockets`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from exchange.credentials import Credentials
    from exchange.errors import (
        DecodeError,
        ExchangeError,
        InvalidRequest,
        NoAnswer,
        NonceTooSmall,
        NotAuthenticated,
        NotPermitted,
        NotSent,
        OutcomeUnknown,
        RateLimited,
        Refused,
        StreamClosed,
        UnderMaintenance,
    )
    from exchange.limits import MemoryBudget, NoBudget, SqliteBudget
    from exchange.models import (
        BookLevel,
        FeeSummary,
        Fill,
        NewOrder,
        Order,
        OrderType,
        PairInfo,
        Permission,
        PublicTrade,
        Ticker,
        Wallet,
        WalletType,
    )
    from exchange.models_v1 import TickerV1
    from exchange.nonce import MemoryNonces, SqliteNonces
    from exchange.rest_v1 import RestV1
    from exchange.rest_v2 import RestV2
    from exchange.stream.channels import Channel
    from exchange.stream.client import StreamClient
    from exchange.symbols import CurrencyNames

__all__ = [
    "BookLevel",
    "Channel",
    "Credentials",
    "CurrencyNames",
    "DecodeError",
    "ExchangeError",
    "FeeSummary",
    "Fill",
    "InvalidRequest",
    "MemoryBudget",
    "MemoryNonces",
    "NewOrder",
    "NoAnswer",
    "NoBudget",
    "NonceTooSmall",
    "NotAuthenticated",
    "NotPermitted",
    "NotSent",
    "Order",
    "OrderType",
    "OutcomeUnknown",
    "PairInfo",
    "Permission",
    "PublicTrade",
    "RateLimited",
    "Refused",
    "RestV1",
    "RestV2",
    "SqliteBudget",
    "SqliteNonces",
    "StreamClient",
    "StreamClosed",
    "Ticker",
    "TickerV1",
    "UnderMaintenance",
    "Wallet",
    "WalletType",
]

# Which module to import for a name; all others are in the one named last.
_HOMES = {
    "Channel": "exchange.stream.channels",
    "Credentials": "exchange.credentials",
    "CurrencyNames": "exchange.symbols",
    "MemoryBudget": "exchange.limits",
    "MemoryNonces": "exchange.nonce",
    "NoBudget": "exchange.limits",
    "RestV1": "exchange.rest_v1",
    "RestV2": "exchange.rest_v2",
    "SqliteBudget": "exchange.limits",
    "SqliteNonces": "exchange.nonce",
    "StreamClient": "exchange.stream.client",
    "TickerV1": "exchange.models_v1",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    for home in (_HOMES.get(name), "exchange.errors", "exchange.models"):
        found = getattr(import_module(home), name, None) if home else None
        if found is not None:
            return found
    raise AssertionError(f"{name} has no home")
