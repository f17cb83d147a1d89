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

# What a type checker reads above, for the interpreter.
_HOMES = {
    "BookLevel": "exchange.models",
    "Channel": "exchange.stream.channels",
    "Credentials": "exchange.credentials",
    "CurrencyNames": "exchange.symbols",
    "DecodeError": "exchange.errors",
    "ExchangeError": "exchange.errors",
    "FeeSummary": "exchange.models",
    "Fill": "exchange.models",
    "InvalidRequest": "exchange.errors",
    "MemoryBudget": "exchange.limits",
    "MemoryNonces": "exchange.nonce",
    "NewOrder": "exchange.models",
    "NoAnswer": "exchange.errors",
    "NoBudget": "exchange.limits",
    "NonceTooSmall": "exchange.errors",
    "NotAuthenticated": "exchange.errors",
    "NotPermitted": "exchange.errors",
    "NotSent": "exchange.errors",
    "Order": "exchange.models",
    "OrderType": "exchange.models",
    "OutcomeUnknown": "exchange.errors",
    "PairInfo": "exchange.models",
    "Permission": "exchange.models",
    "PublicTrade": "exchange.models",
    "RateLimited": "exchange.errors",
    "Refused": "exchange.errors",
    "RestV1": "exchange.rest_v1",
    "RestV2": "exchange.rest_v2",
    "SqliteBudget": "exchange.limits",
    "SqliteNonces": "exchange.nonce",
    "StreamClient": "exchange.stream.client",
    "StreamClosed": "exchange.errors",
    "Ticker": "exchange.models",
    "TickerV1": "exchange.models_v1",
    "UnderMaintenance": "exchange.errors",
    "Wallet": "exchange.models",
    "WalletType": "exchange.models",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
